package io.sandboximage.depot.internal.rpc;

import java.util.Iterator;

/** The answers of one call as they come. For one thread, but closing from another ends it. */
public interface RpcAnswers<A> extends Iterator<A>, AutoCloseable {
    @Override
    void close();
}
