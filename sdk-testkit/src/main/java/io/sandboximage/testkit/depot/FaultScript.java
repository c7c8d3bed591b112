package io.sandboximage.testkit.depot;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What is to go wrong, by procedure, each once and in order. Thread-safe. */
final class FaultScript {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Queue<Fault>> faults = new HashMap<>();

    /**
     * One thing that goes wrong.
     *
     * @param page what a proxy in between would say, with its status; the rest is a refusal by the service
     */
    record Fault(int status, Optional<String> page, String code, String message) {
        RpcFault refusal() {
            return new RpcFault(code, message);
        }
    }

    void add(String method, Fault fault) {
        lock.lock();
        try {
            faults.computeIfAbsent(method, key -> new ArrayDeque<>()).add(fault);
        } finally {
            lock.unlock();
        }
    }

    Optional<Fault> next(String path) {
        lock.lock();
        try {
            @Nullable Queue<Fault> queue = faults.get(path.substring(path.indexOf('/') + 1));
            return queue == null ? Optional.empty() : Optional.ofNullable(queue.poll());
        } finally {
            lock.unlock();
        }
    }
}
