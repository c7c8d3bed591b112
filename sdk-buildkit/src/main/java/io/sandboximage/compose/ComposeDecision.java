package io.sandboximage.compose;

import java.util.Map;
import java.util.Optional;

/** Who runs a {@code docker compose} command line. */
public sealed interface ComposeDecision {
    /**
     * The SDK can build this: hand it to {@link ComposeBuilder#build(Build, io.sandboximage.progress.ProgressTask)}.
     *
     * @param plan understood in all its parts
     * @param environment the process's variables and those of the project's environment files; has secrets
     * @param messages what compose had to say besides, warnings for instance, for standard error; may be empty
     * @param progress the value of {@code --progress}
     * @param quiet {@code -q}
     */
    record Build(
            ComposePlan plan,
            Map<String, String> environment,
            String messages,
            Optional<String> progress,
            boolean quiet)
            implements ComposeDecision {
        public Build {
            environment = Map.copyOf(environment);
        }

        @Override
        public String toString() {
            return "Build[" + plan + "]";
        }
    }

    /**
     * Compose itself has to run this, with the same words, streams and environment; nothing was read from standard input.
     *
     * @param reason for people who look for it
     */
    record Delegate(String reason) implements ComposeDecision {}
}
