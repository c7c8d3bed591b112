package io.sandboximage.examples.docker;

import io.sandboximage.docker.DockerEngine;
import io.sandboximage.error.SandboxImageException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the engine while the builder works what will be asked of it afterwards: the answers do not matter, but then the connection
 * has been made and the classes for it are loaded.
 */
final class EngineAhead implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(EngineAhead.class);

    private final DockerEngine engine;
    private final Thread thread;

    private EngineAhead(DockerEngine engine, Thread thread) {
        this.engine = engine;
        this.thread = thread;
    }

    static EngineAhead start(DockerEngine engine, List<String> names) {
        Thread thread = new Thread(
                () -> {
                    try {
                        engine.info();
                        if (!names.isEmpty()) {
                            engine.findImage(names.get(0));
                        }
                    } catch (SandboxImageException e) {
                        LOGGER.debug("Nothing known of the engine ahead", e);
                    }
                },
                "engine ahead");
        thread.setDaemon(true);
        thread.start();
        return new EngineAhead(engine, thread);
    }

    /** Whether the engine has an image of this name. */
    boolean has(String name) {
        try {
            return engine.findImage(name).isPresent();
        } catch (SandboxImageException e) {
            return false;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
