package io.sandboximage.examples.workflow;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.build.DepotBuilder;
import io.sandboximage.depot.build.ProjectFile;
import java.nio.file.Path;

/** What the programs that build on Depot have in common. */
final class Depot {
    private Depot() {}

    /** A builder for the project that {@code DEPOT_PROJECT_ID} or {@code depot.json} near the folder names. */
    static DepotBuilder builder(Path folder) {
        DepotBuilder builder = DepotBuilder.fromEnvironment().credentials(CredentialProvider.fromEnvironment());
        return ProjectFile.near(folder).map(builder::project).orElse(builder);
    }
}
