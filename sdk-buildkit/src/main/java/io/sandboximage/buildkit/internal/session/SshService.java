package io.sandboximage.buildkit.internal.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.sandboximage.buildkit.internal.proto.BytesMessage;
import io.sandboximage.buildkit.internal.proto.CheckAgentRequest;
import io.sandboximage.buildkit.internal.proto.CheckAgentResponse;
import io.sandboximage.buildkit.internal.ssh.AgentFrames;
import io.sandboximage.buildkit.internal.ssh.SshAgent;
import io.sandboximage.buildkit.internal.transport.Methods;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

/** Ssh agents by id; a call for each connection that a step makes to its agent's socket. */
public final class SshService {
    private static final String NAME = "moby.sshforward.v1.SSH";
    private static final MethodDescriptor<CheckAgentRequest, CheckAgentResponse> CHECK_AGENT = Methods.unary(
            NAME, "CheckAgent", CheckAgentRequest.getDefaultInstance(), CheckAgentResponse.getDefaultInstance());
    private static final MethodDescriptor<BytesMessage, BytesMessage> FORWARD_AGENT = Methods.bidirectional(
            NAME, "ForwardAgent", BytesMessage.getDefaultInstance(), BytesMessage.getDefaultInstance());
    private static final String DEFAULT_ID = "default";

    private final Map<String, SshAgent.Source> agents;
    private final Consumer<SandboxImageException> failures;

    private SshService(Map<String, SshAgent.Source> agents, Consumer<SandboxImageException> failures) {
        this.agents = agents;
        this.failures = failures;
    }

    public static ServerServiceDefinition definition(
            Map<String, SshAgent.Source> agents, Consumer<SandboxImageException> failures) {
        SshService service = new SshService(Map.copyOf(agents), failures);
        return RequestHeaders.provideTo(ServerServiceDefinition.builder(NAME)
                .addMethod(CHECK_AGENT, ServerCalls.asyncUnaryCall(service::check))
                .addMethod(FORWARD_AGENT, ServerCalls.asyncBidiStreamingCall(service::forward))
                .build());
    }

    private void check(CheckAgentRequest request, StreamObserver<CheckAgentResponse> out) {
        String id = request.getID().isEmpty() ? DEFAULT_ID : request.getID();
        if (agents.containsKey(id)) {
            out.onNext(CheckAgentResponse.getDefaultInstance());
            out.onCompleted();
        } else {
            out.onError(unknown(id).asRuntimeException());
        }
    }

    private StreamObserver<BytesMessage> forward(StreamObserver<BytesMessage> out) {
        ((ServerCallStreamObserver<BytesMessage>) out).setOnCancelHandler(() -> {});
        String id = RequestHeaders.current()
                .first("buildkit.ssh.id")
                .filter(text -> !text.isEmpty())
                .orElse(DEFAULT_ID);
        SshAgent.Source source = agents.get(id);
        if (source == null) {
            out.onError(unknown(id).asRuntimeException());
            return new Ignoring<>();
        }
        try {
            return new Forwarding(id, source.connect(), out);
        } catch (IOException e) {
            out.onError(unavailable(id, e).asRuntimeException());
            return new Ignoring<>();
        }
    }

    private static Status unknown(String id) {
        return Status.NOT_FOUND.withDescription(
                "no ssh agent or key was given for the id \"" + id + "\", which a step asks for");
    }

    private Status unavailable(String id, IOException cause) {
        String message = "The ssh agent for the id \"" + id + "\" does not answer: " + cause.getMessage()
                + ". Check that it runs, and SSH_AUTH_SOCK";
        failures.accept(new UnavailableException(message, cause));
        return Status.UNAVAILABLE.withDescription(message);
    }

    /** Questions and answers of one connection; an answer may take as long as its user, and is waited for in gRPC's thread. */
    private final class Forwarding implements StreamObserver<BytesMessage> {
        private final String id;
        private final SshAgent agent;
        private final StreamObserver<BytesMessage> out;
        private final AgentFrames frames = new AgentFrames();
        private boolean ended;

        Forwarding(String id, SshAgent agent, StreamObserver<BytesMessage> out) {
            this.id = id;
            this.agent = agent;
            this.out = out;
            // Not the cancel handler: that one waits in line behind the question which it is to end.
            Context.current().addListener(context -> close(), Runnable::run);
        }

        @Override
        public void onNext(BytesMessage message) {
            if (ended) {
                return;
            }
            try {
                frames.add(message.getData().asReadOnlyByteBuffer());
                for (byte[] request = frames.next(); request != null; request = frames.next()) {
                    ByteString answer = UnsafeByteOperations.unsafeWrap(AgentFrames.frame(agent.answer(request)));
                    out.onNext(BytesMessage.newBuilder().setData(answer).build());
                }
            } catch (IOException e) {
                ended = true;
                close();
                out.onError(unavailable(id, e).asRuntimeException());
            }
        }

        @Override
        public void onError(Throwable t) {
            ended = true;
            close();
        }

        /** The step writes no more; every question has been answered by now. */
        @Override
        public void onCompleted() {
            close();
            if (!ended) {
                ended = true;
                out.onCompleted();
            }
        }

        private void close() {
            try {
                agent.close();
            } catch (IOException ignored) {
                // Nothing is lost with a connection that is over.
            }
        }
    }
}
