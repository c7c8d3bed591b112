package io.sandboximage.examples.cli;

import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.SnapshotSmokeTest;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.rootfs.Ext4BootTest;
import io.sandboximage.sandbox.SandboxSmokeTest;
import io.sandboximage.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Tests of what a pipeline made, before it is recorded. */
final class PipelineChecks {
    private static final String ENGINE = "docker-daemon:";

    @Option(
            names = "--smoke-test",
            paramLabel = "COMMAND",
            description = "Runs a shell command in a sandbox of the image that --to docker-daemon:NAME made; may be"
                    + " repeated.")
    private List<String> local = new ArrayList<>();

    @Option(
            names = "--daytona-smoke-test",
            paramLabel = "COMMAND",
            description = "Runs a command in a sandbox of each snapshot that --daytona made; may be repeated.")
    private List<String> daytona = new ArrayList<>();

    @Option(
            names = "--boot-test",
            paramLabel = "KERNEL[,initrd=FILE][,init=PATH][,expect=TEXT]",
            description =
                    "Boots each file of --ext4 in QEMU until the console shows the text, or the guest powers off.")
    private @Nullable String boot;

    /** @param destinations what {@code --to} says */
    void addTo(
            SandboxImagePipeline.Builder pipeline, List<String> destinations, Supplier<DaytonaClient> daytonaClient) {
        if (!local.isEmpty()) {
            pipeline.check("smoke test in the engine", local(destinations));
        }
        if (!daytona.isEmpty()) {
            SnapshotSmokeTest test = SnapshotSmokeTest.with(daytonaClient.get());
            for (String command : daytona) {
                test = test.expect(command);
            }
            pipeline.check("smoke test in Daytona", test);
        }
        if (boot != null) {
            pipeline.check("boot", boot(WordOptions.parse(boot, "initrd", "init", "expect")));
        }
    }

    private SandboxSmokeTest local(List<String> destinations) {
        String image = destinations.stream()
                .filter(destination -> destination.startsWith(ENGINE))
                .findFirst()
                .map(destination -> destination.substring(ENGINE.length()))
                .orElseThrow(() -> new InvalidRequestException(
                        "--smoke-test needs the image in a Docker engine: add --to docker-daemon:NAME"));
        // Whatever the image runs by itself: here it only has to be there.
        SandboxSpec idle = SandboxSpec.image(image).command("sh", "-c", "sleep 86400");
        SandboxSmokeTest test = SandboxSmokeTest.of(DockerHost.discover(), idle);
        for (String command : local) {
            test = test.expect("", "sh", "-c", command);
        }
        return test;
    }

    private static Ext4BootTest boot(WordOptions words) {
        Ext4BootTest test = Ext4BootTest.with(Path.of(words.word()));
        test = words.value("initrd").map(Path::of).map(test::initrd).orElse(test);
        test = words.value("init").map(test::init).orElse(test);
        return words.value("expect").map(test::expect).orElse(test);
    }
}
