package io.sandboximage.examples.docker;

import io.sandboximage.docker.DockerEngine;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.examples.cli.BuildFailureText;
import java.io.PrintStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a build failed, and how docker says that. */
final class Failure {
    private static final Pattern NO_BASE = Pattern.compile("failed to resolve source metadata for (\\S+?):? ");

    private final SandboxImageException cause;

    Failure(SandboxImageException cause) {
        this.cause = cause;
    }

    /**
     * Whether docker would fail in the same way: a step failed, or the disk is full. A base image that only the engine has is no
     * such case.
     */
    boolean isTheBuilds(Optional<DockerEngine> engine) {
        if (cause instanceof BuildFailedException) {
            Matcher base = NO_BASE.matcher(reason());
            return !base.find()
                    || engine.filter(known -> has(known, base.group(1))).isEmpty();
        }
        return cause instanceof StorageException;
    }

    private static boolean has(DockerEngine engine, String name) {
        try {
            return engine.findImage(name).isPresent();
        } catch (SandboxImageException e) {
            return false;
        }
    }

    void print(PrintStream err) {
        if (cause instanceof BuildFailedException build) {
            build.failure().map(BuildFailureText::of).ifPresent(err::print);
            err.println("ERROR: failed to build: failed to solve: " + reason());
        } else {
            err.println("ERROR: failed to build: " + cause.getMessage());
        }
    }

    String firstLine() {
        String message = String.valueOf(cause.getMessage());
        return message.lines().findFirst().orElse(message);
    }

    /** In the builder's own words, where it gave any. */
    private String reason() {
        return cause.remote().map(RemoteError::message).orElseGet(() -> String.valueOf(cause.getMessage()));
    }
}
