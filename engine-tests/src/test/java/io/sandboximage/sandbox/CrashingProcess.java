package io.sandboximage.sandbox;

import io.sandboximage.docker.DockerHost;
import io.sandboximage.progress.ProgressTask;

/** Starts a sandbox and ends without a word. */
final class CrashingProcess {
    private CrashingProcess() {}

    public static void main(String[] arguments) {
        SandboxSpec.image(BusyboxImage.NAME)
                .name("crashed")
                .start(DockerHost.parse(arguments[0]), ProgressTask.silent());
        Runtime.getRuntime().halt(9);
    }
}
