package io.sandboximage.testkit.depot;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What is to go wrong, by procedure, each once and in order. Thread-safe. */
final class FaultScript {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Queue<Fault>> faults = new HashMap<>();
    private volatile Set<String> unimplemented = Set.of();

    /**
     * One thing that goes wrong.
     *
     * @param page what a proxy in between would say, with its status
     * @param code of a refusal by the service; empty for none
     * @param cut whether the connection breaks after the first message
     * @param hold what the answer waits for
     */
    record Fault(
            int status, Optional<String> page, String code, String message, boolean cut, Optional<DepotHold> hold) {
        static Fault page(int status, String page) {
            return new Fault(status, Optional.of(page), "", "", false, Optional.empty());
        }

        static Fault refusal(String code, String message) {
            return new Fault(0, Optional.empty(), code, message, false, Optional.empty());
        }

        static Fault cutOff() {
            return new Fault(0, Optional.empty(), "", "", true, Optional.empty());
        }

        static Fault held(DepotHold hold) {
            return new Fault(0, Optional.empty(), "", "", false, Optional.of(hold));
        }

        Optional<RpcFault> refusal() {
            return code.isEmpty() ? Optional.empty() : Optional.of(new RpcFault(code, message));
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

    /** What is missing from now on; in place of what was missing before. */
    void unimplemented(Set<String> methods) {
        unimplemented = Set.copyOf(methods);
    }

    Optional<Fault> next(String path) {
        String method = path.substring(path.indexOf('/') + 1);
        if (unimplemented.contains(method)) {
            return Optional.of(Fault.refusal("unimplemented", method + " is not implemented"));
        }
        lock.lock();
        try {
            @Nullable Queue<Fault> queue = faults.get(method);
            return queue == null ? Optional.empty() : Optional.ofNullable(queue.poll());
        } finally {
            lock.unlock();
        }
    }
}
