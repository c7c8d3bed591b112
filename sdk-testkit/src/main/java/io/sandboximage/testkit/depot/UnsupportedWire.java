package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** A content type that nobody here speaks. */
final class UnsupportedWire extends RpcFront.Wire {
    private static final int UNSUPPORTED_MEDIA_TYPE = 415;

    UnsupportedWire(Response response) {
        super(response);
    }

    @Override
    Iterator<Message> requests(InputStream in, Map<String, String> headers, Procedure procedure, List<String> texts) {
        return List.<Message>of(procedure.any()).iterator();
    }

    @Override
    void answer(Message message) {}

    @Override
    void end(@Nullable RpcFault refusal) throws IOException {
        response.setStatus(UNSUPPORTED_MEDIA_TYPE);
        out.close();
    }
}
