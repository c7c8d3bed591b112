package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** One message each way, each the whole of a body; errors have a status and are JSON. */
final class ConnectUnaryWire extends RpcFront.Wire {
    private @Nullable Message answer;

    ConnectUnaryWire(Response response) {
        super(response);
    }

    @Override
    Iterator<Message> requests(InputStream in, Map<String, String> headers, Procedure procedure, List<String> texts) {
        byte[] body;
        try {
            body = in.readAllBytes();
            if ("gzip".equals(headers.get("content-encoding"))) {
                body = Frames.inflate(body);
            }
        } catch (IOException e) {
            throw new RpcFault("invalid_argument", "unreadable body");
        }
        Message request = procedure.parse(body);
        texts.add(TextFormat.printer().printToString(request));
        return List.of(request).iterator();
    }

    @Override
    void answer(Message message) {
        answer = message;
    }

    @Override
    void end(@Nullable RpcFault refusal) throws IOException {
        if (refusal == null && answer != null) {
            response.getHeaders().put("Content-Type", "application/proto");
            out.write(answer.toByteArray());
        } else {
            RpcFault fault = refusal == null ? new RpcFault("internal", "no answer") : refusal;
            response.setStatus(RpcCode.of(fault.code()).http());
            response.getHeaders().put("Content-Type", "application/json");
            out.write(RpcFront.utf8(ErrorJson.of(fault)).array());
        }
        out.close();
    }
}
