package io.sandboximage.conversion;

import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.tests.JavaProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Kills a program of its own process again and again, each time at another moment. The program prints {@link #BEGUN} when its work
 * begins, and repeats the work until it is killed, so that no moment comes too late.
 */
public final class KilledProcesses {
    /** What the program prints, on a line of its own. */
    public static final String BEGUN = "work begins";

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path folder;
    private final Class<?> program;
    private final List<Object> arguments;

    /** @param folder for the program's log */
    public KilledProcesses(Path folder, Class<?> program, Object... arguments) {
        this.folder = folder;
        this.program = program;
        this.arguments = List.of(arguments);
    }

    /** Looks at what a killed process left. */
    public interface Check {
        void afterKill(int moment) throws IOException;
    }

    /**
     * @param moments how many times
     * @param seed of the moments
     * @param longest the last moment after the work began
     */
    public void kill(int moments, long seed, Duration longest, Check check) throws IOException {
        Random random = new Random(seed);
        List<String> line = JavaProgram.line(List.of("-XX:TieredStopAtLevel=1"), program, arguments);
        for (int moment = 0; moment < moments; moment++) {
            Path log = folder.resolve("killed.log");
            Files.deleteIfExists(log);
            try (Daemon process = Command.of(line.toArray()).start(log)) {
                process.awaitLog(BEGUN, PATIENCE);
                pause(random.nextLong(longest.toMillis()));
                process.kill();
                process.awaitEnd(PATIENCE);
            }
            check.afterKill(moment);
        }
    }

    /** A moment cannot be waited for in another way: nothing marks it. */
    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
