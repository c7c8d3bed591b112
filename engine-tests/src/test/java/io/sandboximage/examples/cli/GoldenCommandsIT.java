package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.docker.golden.EngineRun;
import io.sandboximage.docker.golden.GoldenEngine;
import io.sandboximage.docker.golden.GoldenSink;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code golden …} as scripts use them, with a real engine and a real registry. */
@RequiresEngine({Engine.DOCKER_28, Engine.DOCKER_CLI, Engine.DOCKER_REGISTRY, Engine.BUSYBOX_STATIC, Engine.RUNC})
class GoldenCommandsIT {
    @TempDir
    Path folder;

    @Test
    void builtPushedPulledClonedReleasedAndCollected() throws Exception {
        image("app", "one");
        String place = "app:1=oci:" + folder.resolve("app");
        String dockerd = Engine.DOCKER_28.path().toString();
        try (RegistryProcess registry = RegistryProcess.start(Engine.DOCKER_REGISTRY, folder.resolve("registry"))) {
            String name = "docker://" + registry.address() + "/golden/team:main";
            golden("here", "build", "team", place, "--dockerd", dockerd, "--trial", "--json")
                    .has("\"app:1\"");
            golden("here", "build", "team", place, "--dockerd", dockerd).has("unchanged: team");
            golden("here", "status").has("team  READY");
            golden("here", "push", "team", name).has("sha256:");
            golden("here", "push", "team", name).has("0 blobs sent");

            golden("there", "pull", "team", name).has("1 images");
            golden("there", "pull", "team", name).has("1 images");
            golden("there", "list").has("team  ");
            Path root = Path.of(golden("there", "clone", "team", "s1").run.out().strip());
            assertThat(Files.isDirectory(root)).isTrue();
            runsApp(root, "one");
            golden("there", "list", "team").has("s1 of team");
            golden("there", "release", "s1");
            assertThat(root).doesNotExist();
            golden("there", "gc", "--json").has("\"freeBytes\"");
            assertThat(golden(1, "there", "release", "s1").run.err()).contains("no session s1");
        }
    }

    @Test
    void g2APipelinePutsItsImageBesideWhatTheGoldenHoldsAndLeavesNoOtherName() {
        GoldenEngine engine = GoldenEngine.of(Engine.DOCKER_28.path());
        try (GoldenStore store = GoldenStore.at(folder.resolve("store"))) {
            SandboxImagePipeline.builder()
                    .produce(progress -> assembly("one").produce(progress))
                    .to(GoldenSink.to(store, "team", engine, "one:1"))
                    .run();
            // Both at a time.
            SandboxImagePipeline.builder()
                    .produce(progress -> assembly("two").produce(progress))
                    .to(GoldenSink.to(store, "team", engine, "two:1"))
                    .to(GoldenSink.to(store, "team", engine, "two:2"))
                    .run();
            assertThat(store.current("team").orElseThrow().images())
                    .extracting(image -> image.name())
                    .containsExactlyInAnyOrder("one:1", "two:1", "two:2");
        }
    }

    private static void runsApp(Path root, String content) {
        try (EngineRun run = GoldenEngine.of(Engine.DOCKER_28.path()).start(root)) {
            assertThat(run.engine().findImage("app:1")).isPresent();
            String printed = Command.of(Engine.DOCKER_CLI.path())
                    .env("DOCKER_HOST", run.address())
                    .with("run", "--rm", "--network=none", "app:1")
                    .run()
                    .orFail()
                    .output();
            assertThat(printed).isEqualTo(content);
            run.stop();
        }
    }

    private void image(String layout, String content) {
        OciLayout.sink(folder.resolve(layout))
                .write(assembly(content).produce(ProgressTask.silent()), ProgressTask.silent());
    }

    private static ImageAssembly assembly(String content) {
        return ImageAssembly.scratch(Platform.LINUX_AMD64)
                .layer(LayerSpec.empty().file("/bin/busybox", Engine.BUSYBOX_STATIC.path(), 0755))
                .layer(LayerSpec.empty().file("/content", content.getBytes(StandardCharsets.UTF_8), 0644))
                .cmd("/bin/busybox", "cat", "/content");
    }

    private Ran golden(String store, String... words) {
        return golden(0, store, words);
    }

    private Ran golden(int code, String store, String... words) {
        List<String> line = new ArrayList<>(List.of("golden"));
        line.addAll(List.of(words));
        line.addAll(List.of("--store", folder.resolve(store).toString(), "--progress", "quiet"));
        CommandLineRun run = CommandLineRun.of(new byte[0], Map.of(), line.toArray(new String[0]));
        assertThat(run.code()).as("%s: %s", line, run.err()).isEqualTo(code);
        return new Ran(run);
    }

    private record Ran(CommandLineRun run) {
        void has(String text) {
            assertThat(run.out()).contains(text);
        }
    }
}
