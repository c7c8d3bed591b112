package io.sandboximage.examples.cli;

import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.examples.Place;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.registry.RegistryClient;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        description = "Shows manifest, config and layers of an image, or superblock and tree of an ext4 file.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class InspectCommand extends ReportingCommand {
    @Parameters(
            paramLabel = "IMAGE|FILE.ext4",
            description = "A file that exists, or an image as for the command ext4.")
    private @Nullable String what;

    @Option(names = "--platform", description = "Which image of an index; otherwise Linux on this processor.")
    private @Nullable Platform platform;

    @Option(names = "--creds", paramLabel = "USER:PASSWORD", defaultValue = "", description = "For the registry.")
    private String creds = "";

    @Option(names = "--plain-http", description = "Speaks http with the registry.")
    private boolean plainHttp;

    InspectCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        String named = given(what);
        if (isFile(named)) {
            return Ext4Report.of(Path.of(named));
        }
        Place place = parse(named);
        try (RegistryClient registries = new RegistryAccess().with(place, creds).open(plainHttp);
                ImageSource source = place.source(registries)) {
            return ImageReport.of(source, platform);
        }
    }

    private static boolean isFile(String text) {
        try {
            return Files.isRegularFile(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Place parse(String text) {
        try {
            return Place.parse(text);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(
                    "There is no file " + text + ", and it is no image either: " + e.getMessage(), e);
        }
    }
}
