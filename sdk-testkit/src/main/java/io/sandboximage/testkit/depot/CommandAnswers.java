package io.sandboximage.testkit.depot;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.sandboximage.depot.internal.proto.sandbox.SandboxCommandExecutionEvent;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The events of one command, from several threads. A reader that went away is not missed: the command runs on. */
final class CommandAnswers {
    private final Consumer<Message> answers;
    private final ReentrantLock lock = new ReentrantLock();
    private long stdoutBytes;
    private long stderrBytes;
    private boolean gone;

    CommandAnswers(Consumer<Message> answers) {
        this.answers = answers;
    }

    void output(boolean standardError, ByteString data) {
        lock.lock();
        try {
            SandboxCommandExecutionEvent.Output.Builder output = SandboxCommandExecutionEvent.Output.newBuilder()
                    .setData(data)
                    .setTimestamp(BuildEndpoint.time(Instant.now()));
            if (standardError) {
                stderrBytes += data.size();
                send(SandboxCommandExecutionEvent.newBuilder().setStderr(output.setByteOffset(stderrBytes)));
            } else {
                stdoutBytes += data.size();
                send(SandboxCommandExecutionEvent.newBuilder().setStdout(output.setByteOffset(stdoutBytes)));
            }
        } finally {
            lock.unlock();
        }
    }

    void send(SandboxCommandExecutionEvent.Builder event) {
        lock.lock();
        try {
            if (!gone) {
                answers.accept(event.build());
            }
        } catch (java.io.UncheckedIOException e) {
            gone = true;
        } finally {
            lock.unlock();
        }
    }
}
