package io.sandboximage.buildkit.internal.session;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The headers of the call that is being handled: BuildKit passes most parameters there. */
final class RequestHeaders {
    private static final Context.Key<RequestHeaders> CURRENT = Context.key("buildkit-request-headers");

    private final Metadata metadata;

    private RequestHeaders(Metadata metadata) {
        this.metadata = metadata;
    }

    /** Makes {@link #current} work inside a service's methods. */
    static ServerServiceDefinition provideTo(ServerServiceDefinition service) {
        return ServerInterceptors.intercept(service, new Interceptor());
    }

    static RequestHeaders current() {
        return CURRENT.get();
    }

    Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** All values of a header, decoded where the daemon says that they are encoded. */
    List<String> all(String name) {
        Iterable<String> values = metadata.getAll(key(name));
        if (values == null) {
            return List.of();
        }
        boolean encoded = "1".equals(metadata.get(key(name + "-encoded")));
        List<String> decoded = new ArrayList<>();
        for (String value : values) {
            decoded.add(encoded ? URLDecoder.decode(value, StandardCharsets.UTF_8) : value);
        }
        return decoded;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private static final class Interceptor implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            return Contexts.interceptCall(
                    Context.current().withValue(CURRENT, new RequestHeaders(headers)), call, headers, next);
        }
    }
}
