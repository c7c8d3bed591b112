package io.sandboximage.testkit.depot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command in the root of a sandbox: in a mount name space of its own, so that nothing stays mounted, and in a process name space
 * of its own, so that whatever it started ends with it.
 */
final class SandboxProcess {
    /** Arguments: the root, the number of mounts, the mounts, and what to run then. */
    private static final String PREPARE = """
            set -e
            root=$1 count=$2
            shift 2
            while [ "$count" -gt 0 ]; do
              mount -o bind,ro "$1" "$root$1"
              shift
              count=$((count - 1))
            done
            mount -t proc proc "$root/proc"
            mount --rbind /dev "$root/dev"
            exec "$@"
            """;

    private static final String ENTER = "cd \"$0\" && exec \"$@\"";
    private static final int BUFFER_BYTES = 32 * 1024;

    private final Process process;

    private SandboxProcess(Process process) {
        this.process = process;
    }

    static SandboxProcess start(
            Path root, List<Path> mounts, Map<String, String> environment, String directory, List<String> command) {
        List<String> arguments = new ArrayList<>(List.of(
                "unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private", "/bin/sh", "-c"));
        arguments.addAll(List.of(PREPARE, "sh", root.toString(), Integer.toString(mounts.size())));
        mounts.forEach(mount -> arguments.add(mount.toString()));
        arguments.addAll(List.of("/usr/bin/env", "-i"));
        variables(environment).forEach((name, value) -> arguments.add(name + "=" + value));
        arguments.addAll(List.of("/usr/sbin/chroot", root.toString(), "/bin/sh", "-c", ENTER, directory));
        arguments.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        try {
            return new SandboxProcess(builder.start());
        } catch (IOException e) {
            throw new RpcFault("internal", "the command could not be started: " + e.getMessage());
        }
    }

    private static Map<String, String> variables(Map<String, String> environment) {
        Map<String, String> all = new TreeMap<>();
        all.put("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
        all.put("HOME", "/home/runner");
        all.putAll(environment);
        return all;
    }

    /** Gets each piece of output as it comes, from two threads. */
    interface Sink {
        void output(boolean standardError, byte[] data);
    }

    /** Waits for the end and gives the exit code; all output was passed on before. */
    int await(Sink sink) throws InterruptedException {
        Thread errors = new Thread(() -> pump(process.getErrorStream(), true, sink), "sandbox-stderr");
        errors.setDaemon(true);
        errors.start();
        pump(process.getInputStream(), false, sink);
        errors.join();
        return process.waitFor();
    }

    private static void pump(InputStream in, boolean standardError, Sink sink) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (in) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                sink.output(standardError, java.util.Arrays.copyOf(buffer, count));
            }
        } catch (IOException e) {
            if (!"Stream closed".equals(e.getMessage())) {
                throw new UncheckedIOException(e);
            }
        }
    }

    boolean running() {
        return process.isAlive();
    }

    /** Ends it, and with its name space all that it started. */
    void kill() {
        process.destroyForcibly();
    }

    void awaitEnd() {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
