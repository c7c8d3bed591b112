package io.sandboximage.testkit.depot;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Both protocols on the same paths: what a call speaks is told by its content type. */
final class RpcFront extends Handler.Abstract {
    private static final String GRPC = "application/grpc";
    private static final String CONNECT_STREAM = "application/connect+proto";
    private static final String CONNECT_UNARY = "application/proto";

    private final Map<String, Procedure> procedures;
    private final FaultScript faults;
    private final List<DepotCall> calls;

    RpcFront(Map<String, Procedure> procedures, FaultScript faults, List<DepotCall> calls) {
        this.procedures = procedures;
        this.faults = faults;
        this.calls = calls;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        try {
            serve(request, response);
            callback.succeeded();
        } catch (IOException | RuntimeException e) {
            callback.failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            callback.failed(e);
        }
        return true;
    }

    private void serve(Request request, Response response) throws IOException, InterruptedException {
        String path = request.getHttpURI().getPath().substring(1);
        Map<String, String> headers = new TreeMap<>();
        for (HttpField field : request.getHeaders()) {
            headers.put(field.getName().toLowerCase(Locale.ROOT), String.valueOf(field.getValue()));
        }
        String type = headers.getOrDefault("content-type", "").replaceFirst(";.*", "");
        List<String> texts = Collections.synchronizedList(new ArrayList<>());
        DepotCall call = new DepotCall(path, type, headers, texts);
        calls.add(call);
        Optional<FaultScript.Fault> fault = faults.next(path);
        if (fault.isPresent() && fault.get().page().isPresent()) {
            response.setStatus(fault.get().status());
            response.getHeaders().put("Content-Type", "text/html");
            response.write(true, utf8(fault.get().page().get()), Callback.NOOP);
            return;
        }
        @Nullable Procedure procedure = procedures.get(path);
        if (procedure == null && !type.startsWith(GRPC)) {
            response.setStatus(404);
            response.write(true, utf8("404 page not found"), Callback.NOOP);
            return;
        }
        Procedure.Body body = (c, requests, answers) -> {
            Optional<RpcFault> refusal = fault.flatMap(FaultScript.Fault::refusal);
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            if (procedure == null) {
                throw new RpcFault("unimplemented", "unknown procedure");
            }
            procedure.body().run(c, requests, answers);
            if (fault.isPresent() && fault.get().hold().isPresent()) {
                fault.get().hold().get().hold();
            }
        };
        Message any = procedure == null ? com.google.protobuf.Empty.getDefaultInstance() : procedure.any();
        Wire wire = type.startsWith(GRPC)
                ? new GrpcWire(response)
                : type.equals(CONNECT_STREAM)
                        ? new ConnectStreamWire(response)
                        : type.equals(CONNECT_UNARY) ? new ConnectUnaryWire(response) : new UnsupportedWire(response);
        try (InputStream in = Content.Source.asInputStream(request)) {
            try {
                Iterator<Message> requests = wire.requests(in, headers, new Procedure(any, body), texts);
                if (fault.isPresent() && fault.get().cut()) {
                    requests.next();
                    request.getConnectionMetaData()
                            .getConnection()
                            .getEndPoint()
                            .close();
                    return;
                }
                body.run(call, requests, wire::answer);
                wire.end(null);
            } catch (RpcFault refusal) {
                wire.end(refusal);
            }
        }
    }

    static java.nio.ByteBuffer utf8(String text) {
        return java.nio.ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** How one protocol reads and writes. */
    abstract static class Wire {
        final Response response;
        final OutputStream out;

        Wire(Response response) {
            this.response = response;
            this.out = Content.Sink.asOutputStream(response);
        }

        abstract void answer(Message answer);

        abstract void end(@Nullable RpcFault refusal) throws IOException;

        Iterator<Message> requests(
                InputStream in, Map<String, String> headers, Procedure procedure, List<String> texts) {
            return new FrameIterator(in, procedure, texts::add);
        }
    }

    /** The messages of a stream; a client that goes away ends it with a fault. */
    private static final class FrameIterator implements Iterator<Message> {
        private final InputStream in;
        private final Procedure procedure;
        private final Consumer<String> seen;
        private @Nullable Message next;

        FrameIterator(InputStream in, Procedure procedure, Consumer<String> seen) {
            this.in = in;
            this.procedure = procedure;
            this.seen = seen;
        }

        @Override
        public boolean hasNext() {
            if (next == null) {
                try {
                    next = Frames.read(in).map(procedure::parse).orElse(null);
                } catch (IOException e) {
                    throw new RpcFault("canceled", "the client went away: " + e.getMessage());
                }
                if (next != null) {
                    seen.accept(TextFormat.printer().printToString(next));
                }
            }
            return next != null;
        }

        @Override
        public Message next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            Message message = next;
            next = null;
            return message;
        }
    }
}
