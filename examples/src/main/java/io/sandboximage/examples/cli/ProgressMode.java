package io.sandboximage.examples.cli;

import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressRenderer;

/** How progress is shown; the names are the values of {@code --progress}. */
enum ProgressMode {
    /** Bars on a terminal, plain lines elsewhere. */
    auto {
        @Override
        ProgressRenderer open(Terminal terminal) {
            return (isInteractive(terminal) ? tty : plain).open(terminal);
        }
    },
    plain {
        @Override
        ProgressRenderer open(Terminal terminal) {
            return Progress.plain(terminal.errors());
        }
    },
    tty {
        @Override
        ProgressRenderer open(Terminal terminal) {
            return Progress.bars(terminal.err());
        }
    },
    json {
        @Override
        ProgressRenderer open(Terminal terminal) {
            return Progress.jsonLines(terminal.err());
        }
    },
    quiet {
        @Override
        ProgressRenderer open(Terminal terminal) {
            return new Silence();
        }
    };

    abstract ProgressRenderer open(Terminal terminal);

    private static boolean isInteractive(Terminal terminal) {
        String term = terminal.environment().getOrDefault("TERM", "");
        return Boolean.getBoolean(Terminal.ON_TERMINAL)
                && !term.isEmpty()
                && !term.equals("dumb")
                && terminal.environment().getOrDefault("CI", "").isEmpty();
    }

    private static final class Silence implements ProgressRenderer {
        @Override
        public void onEvent(ProgressEvent event) {}

        @Override
        public void close() {}
    }
}
