package io.sandboximage.sandbox;

import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is written on a sandbox's container: that it is one, when it may be removed, and the process that it belongs to. */
final class SandboxLabels {
    /** On every sandbox. */
    static final String SANDBOX = "io.sandboximage.sandbox";

    private static final Logger LOGGER = LoggerFactory.getLogger(SandboxLabels.class);
    private static final String EXPIRES = SANDBOX + ".expires";
    private static final String OWNER = SANDBOX + ".owner";
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path PROCESSES = Path.of("/proc/self/ns/pid");

    private SandboxLabels() {}

    static Map<String, String> of(SandboxSpec spec, Instant now) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(SANDBOX, "1");
        labels.put(EXPIRES, now.plus(spec.lifetime()).toString());
        if (spec.owned()) {
            machine()
                    .flatMap(machine -> owner(machine, ProcessHandle.current()))
                    .ifPresent(owner -> labels.put(OWNER, owner));
        }
        return labels;
    }

    static boolean isSandbox(Map<String, String> labels) {
        return labels.containsKey(SANDBOX);
    }

    static Optional<Instant> expiry(Map<String, String> labels) {
        try {
            return Optional.ofNullable(labels.get(EXPIRES)).map(Instant::parse);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Whether nobody needs it any more: its time is over, or the process that it belongs to has ended. */
    static boolean left(Map<String, String> labels, Instant now) {
        return expiry(labels).map(now::isAfter).orElse(false) || orphaned(labels);
    }

    private static boolean orphaned(Map<String, String> labels) {
        String owner = labels.getOrDefault(OWNER, "");
        Optional<String> machine = machine();
        // Processes of another machine, of another container, or from before the last boot of this one: not ours to
        // judge.
        if (machine.isEmpty() || !owner.startsWith(machine.get() + "/")) {
            return false;
        }
        String pid = owner.substring(machine.get().length() + 1).split("/", 2)[0];
        return pid.matches("[0-9]{1,10}")
                && !ProcessHandle.of(Long.parseLong(pid))
                        .flatMap(process -> owner(machine.get(), process))
                        .equals(Optional.of(owner));
    }

    /** The start tells a process from a later one of the same number. */
    private static Optional<String> owner(String machine, ProcessHandle process) {
        return process.info().startInstant().map(start -> machine + "/" + process.pid() + "/" + start.toEpochMilli());
    }

    /** This boot of this machine, and where on it process numbers are counted. */
    private static Optional<String> machine() {
        try {
            return Optional.of(Files.readString(BOOT, StandardCharsets.US_ASCII).strip() + "/"
                    + Files.readSymbolicLink(PROCESSES));
        } catch (IOException | UnsupportedOperationException e) {
            LOGGER.debug(
                    "Sandboxes of this system go by their lifetime only: {}",
                    e instanceof IOException io ? AtomicFile.reason(io) : e);
            return Optional.empty();
        }
    }
}
