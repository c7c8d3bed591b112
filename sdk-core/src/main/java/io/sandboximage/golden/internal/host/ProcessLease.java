package io.sandboximage.golden.internal.host;

import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A process as it is written down for others, so that they can tell whether it still lives: its number alone may be another's by
 * then, so its start and the boot of the machine go with it.
 *
 * @param startTicks since the boot, as the kernel counts; unlike a date it does not move with the clock
 * @param bootId empty where the system has none
 * @param namespace of the number; a process in another one cannot be looked up, and counts as alive until the next boot
 */
public record ProcessLease(long pid, long startTicks, String bootId, String namespace) {
    private static final Path PROC = Path.of("/proc");
    /** Of the fields after the program's name, which may itself contain blanks and brackets. */
    private static final int START_FIELD = 19;

    private static final String BOOT_ID = readLine(PROC.resolve("sys/kernel/random/boot_id"));

    public static ProcessLease ofThisProcess() {
        return of(ProcessHandle.current().pid());
    }

    public static ProcessLease of(long pid) {
        return new ProcessLease(pid, startTicks(pid), BOOT_ID, namespaceOfThisProcess());
    }

    public boolean sameBoot() {
        return bootId.equals(BOOT_ID);
    }

    public boolean alive() {
        if (!sameBoot()) {
            return false;
        }
        return !namespace.equals(namespaceOfThisProcess()) || (startTicks >= 0 && startTicks(pid) == startTicks);
    }

    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("pid", pid);
        json.put("start", startTicks);
        json.put("boot", bootId);
        json.put("namespace", namespace);
        return json;
    }

    public static ProcessLease parse(JsonView json) {
        return new ProcessLease(
                json.requireNumber("pid"),
                json.requireNumber("start"),
                json.requireString("boot"),
                json.requireString("namespace"));
    }

    /** Negative if there is no such process, or only what its parent has not collected. */
    private static long startTicks(long pid) {
        String stat = readLine(PROC.resolve(Long.toString(pid)).resolve("stat"));
        int end = stat.lastIndexOf(')');
        if (end < 0) {
            return -1;
        }
        String[] fields = stat.substring(end + 1).strip().split(" ", -1);
        boolean dead = fields[0].equals("Z") || fields[0].equals("X");
        return dead || fields.length <= START_FIELD ? -1 : Long.parseLong(fields[START_FIELD]);
    }

    private static String namespaceOfThisProcess() {
        try {
            return Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static String readLine(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
