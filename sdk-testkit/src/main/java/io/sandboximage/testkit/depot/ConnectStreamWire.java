package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** Messages in envelopes; the last envelope says how the call ended, as JSON. */
final class ConnectStreamWire extends RpcFront.Wire {
    private static final String TYPE = "application/connect+proto";

    ConnectStreamWire(Response response) {
        super(response);
        response.getHeaders().put("Content-Type", TYPE);
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
        String json = refusal == null ? "{}" : "{\"error\":" + ErrorJson.of(refusal) + "}";
        Frames.write(out, Frames.END, RpcFront.utf8(json).array());
        out.close();
    }
}
