package io.sandboximage.examples.cli;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.registry.DepotRegistry;
import io.sandboximage.depot.registry.PullAccess;
import io.sandboximage.depot.registry.SavedTarget;
import io.sandboximage.examples.Place;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.CopyOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pull",
        description = "Copies a saved image to any place; only blobs that the place lacks are moved.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DepotPullCommand extends DepotCall {
    @Parameters(
            index = "0",
            paramLabel = "IMAGE",
            description = "A build's id, a tag, PROJECT:TAG, or an image in Depot's registry.")
    private @Nullable String image;

    @Parameters(
            index = "1",
            paramLabel = "DST",
            description =
                    "docker-daemon:NAME, oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:NAME] or NAME.")
    private @Nullable Place destination;

    @Option(names = "--project", paramLabel = "ID", description = "Whose tag it is.")
    private @Nullable String project;

    @Option(names = "--target", paramLabel = "NAME", description = "Of a bake.")
    private @Nullable String target;

    @Option(names = "--platform", description = "Only this platform; may be repeated.")
    private List<Platform> platforms = new ArrayList<>();

    DepotPullCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report call(DepotAccess access, ProgressTask progress) {
        try (DepotRegistry registry = DepotRegistry.open(access)) {
            PullAccess pull = registry.find(given(image), findProject(project));
            SavedTarget saved = target == null ? pull.only() : pull.target(target);
            CopyOptions options = CopyOptions.DEFAULT.only(platforms.toArray(new Platform[0]));
            try (RegistryClient registries = new RegistryAccess().open(false);
                    ImageSource source = registry.source(pull, saved)) {
                Delivery delivery = given(destination).sink(registries, options).write(source, progress);
                return CopyCommand.report(saved.image().toString(), delivery);
            }
        }
    }
}
