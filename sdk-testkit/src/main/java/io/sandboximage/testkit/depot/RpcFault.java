package io.sandboximage.testkit.depot;

/** A procedure's refusal, which every protocol writes in its own way. */
final class RpcFault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String code;

    /** @param code as Connect spells it, for instance {@code not_found} */
    RpcFault(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    String code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
