package io.sandboximage.examples.cli;

import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressRenderer;

/** How progress is shown; the names are the values of {@code --progress}. */
public enum ProgressMode {
    /** Bars on a terminal, plain lines elsewhere. */
    auto {
        @Override
        ProgressRenderer open(Terminal terminal) {
            return resolve(terminal).open(terminal);
        }

        @Override
        ProgressMode resolve(Terminal terminal) {
            return isInteractive(terminal) ? tty : plain;
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
    /** The same, but builds show BuildKit's own messages. */
    rawjson {
        @Override
        ProgressRenderer open(Terminal terminal) {
            return json.open(terminal);
        }
    },
    quiet {
        @Override
        ProgressRenderer open(Terminal terminal) {
            return new Silence();
        }
    };

    abstract ProgressRenderer open(Terminal terminal);

    /** What {@link #auto} comes to on this terminal; the others are what they are. */
    ProgressMode resolve(Terminal terminal) {
        return this;
    }

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
