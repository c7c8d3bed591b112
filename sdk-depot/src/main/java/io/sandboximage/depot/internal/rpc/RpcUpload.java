package io.sandboximage.depot.internal.rpc;

/** The requests of one call as they are made. For one thread. */
public interface RpcUpload<Q> extends AutoCloseable {
    /**
     * Sends one more. It may be under way when this returns.
     *
     * @throws io.sandboximage.error.SandboxImageException if the call has failed already
     */
    void send(Q request);

    /** Ends the requests and waits for the server to answer. */
    void finish();

    /** Gives up the call unless it has finished. */
    @Override
    void close();
}
