package io.sandboximage.depot.build;

import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.progress.ProgressTask;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A program that builds on Depot and is made to end by whoever started it. */
final class DepotProgram {
    private DepotProgram() {}

    /** @param arguments address, token, context */
    public static void main(String[] arguments) {
        DepotAccess access = DepotAccess.of(TokenProvider.of(arguments[1])).at(URI.create(arguments[0]));
        try (DepotBuilder builder = DepotBuilder.of(access).project(DepotLab.PROJECT)) {
            builder.build(
                    DockerfileBuild.of(Path.of(arguments[2])),
                    List.of(),
                    DepotOutput.none(),
                    ProgressTask.root(event -> System.out.println(event), "build"));
        }
    }
}
