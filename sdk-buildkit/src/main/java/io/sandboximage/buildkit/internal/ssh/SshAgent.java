package io.sandboximage.buildkit.internal.ssh;

import java.io.IOException;

/** One connection to something that holds keys. For one thread, but for {@link #close}, which ends an answer that is waited for. */
public interface SshAgent extends AutoCloseable {
    /**
     * @param request a message without its length
     * @return the answer, likewise
     */
    byte[] answer(byte[] request) throws IOException;

    @Override
    void close() throws IOException;

    /** Makes connections; thread-safe. */
    @FunctionalInterface
    interface Source {
        SshAgent connect() throws IOException;
    }
}
