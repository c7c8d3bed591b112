package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** Messages in frames; how the call ended stands in the trailers. */
final class GrpcWire extends RpcFront.Wire {
    private final HttpFields.Mutable trailers = HttpFields.build();

    GrpcWire(Response response) {
        super(response);
        response.getHeaders().put("Content-Type", "application/grpc");
        response.setTrailersSupplier(() -> trailers);
    }

    @Override
    void answer(Message message) {
        try {
            Frames.write(out, 0, message.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void end(@Nullable RpcFault refusal) throws IOException {
        if (refusal == null) {
            trailers.put("grpc-status", "0");
        } else {
            trailers.put(
                    "grpc-status", Integer.toString(RpcCode.of(refusal.code()).grpc()));
            trailers.put(
                    "grpc-message",
                    URLEncoder.encode(refusal.text(), StandardCharsets.UTF_8).replace("+", "%20"));
        }
        out.close();
    }
}
