package io.sandboximage.testkit.depot;

/** The codes that both protocols share, each with its number in gRPC and its status in Connect. */
enum RpcCode {
    CANCELED(1, 499),
    UNKNOWN(2, 500),
    INVALID_ARGUMENT(3, 400),
    DEADLINE_EXCEEDED(4, 504),
    NOT_FOUND(5, 404),
    ALREADY_EXISTS(6, 409),
    PERMISSION_DENIED(7, 403),
    RESOURCE_EXHAUSTED(8, 429),
    FAILED_PRECONDITION(9, 400),
    ABORTED(10, 409),
    OUT_OF_RANGE(11, 400),
    UNIMPLEMENTED(12, 501),
    INTERNAL(13, 500),
    UNAVAILABLE(14, 503),
    DATA_LOSS(15, 500),
    UNAUTHENTICATED(16, 401);

    private final int grpc;
    private final int http;

    RpcCode(int grpc, int http) {
        this.grpc = grpc;
        this.http = http;
    }

    static RpcCode of(String text) {
        return valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }

    int grpc() {
        return grpc;
    }

    int http() {
        return http;
    }
}
