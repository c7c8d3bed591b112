package io.sandboximage.depot.build;

/** Work for the end of the JVM, while it is wanted. */
final class ExitHook {
    private final Thread thread;

    ExitHook(String name, Runnable work) {
        this.thread = new Thread(work, name);
    }

    void add() {
        try {
            Runtime.getRuntime().addShutdownHook(thread);
        } catch (IllegalStateException e) {
            // The JVM is on its way out already, and whoever made this does the work then.
        }
    }

    void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // The JVM is on its way out, and the hook finds that there is nothing left to do.
        }
    }
}
