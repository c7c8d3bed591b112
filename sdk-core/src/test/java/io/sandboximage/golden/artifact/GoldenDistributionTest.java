package io.sandboximage.golden.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.golden.GoldenDraft;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.golden.GoldenStrategy;
import io.sandboximage.golden.GoldenView;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.registry.Repository;
import io.sandboximage.registry.server.RegistryServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GoldenDistributionTest {
    private static final GoldenFacts FACTS = new GoldenFacts(Map.of(), Map.of("commit", "abc"), Instant.EPOCH);
    private static final int BULK = 300_000;

    @TempDir
    Path folder;

    private RegistryServer registry;
    private RegistryClient client;
    private ImageReference name;
    private GoldenDistribution here;
    private GoldenDistribution there;

    @BeforeEach
    void start() {
        registry = RegistryServer.builder().start();
        client = RegistryClient.builder().build();
        name = ImageReference.parse(registry.address() + "/golden/team:main");
        here = GoldenDistribution.with(client, folder.resolve("here"));
        there = GoldenDistribution.with(client, folder.resolve("there"));
    }

    @AfterEach
    void stop() {
        client.close();
        registry.close();
    }

    @Test
    void whatArrivesIsWhatWasSentToTheTimesAndLinks() throws Exception {
        Path root = dataRoot("a", "b");
        PushReport pushed = here.push(root, FACTS, name, ProgressTask.silent());
        Path target = Files.createDirectories(folder.resolve("target"));
        PullReport pulled = there.pull(name, target, ProgressTask.silent());
        assertThat(pulled.artifact().descriptor()).isEqualTo(pushed.descriptor());
        assertThat(pulled.artifact().stores()).containsExactly("overlay2");
        assertThat(facts(target)).isEqualTo(facts(root));

        // A layer is the same blob wherever it is packed; of the rest, the folders have other times.
        List<Descriptor> layers = layers();
        GoldenDistribution elsewhere = GoldenDistribution.with(client, folder.resolve("elsewhere"));
        PushReport again = elsewhere.push(target, FACTS, name, ProgressTask.silent());
        assertThat(layers()).isEqualTo(layers).hasSize(4);
        assertThat(again.sentBlobs()).isEqualTo(1);
        PullReport twice = there.pull(name, target, ProgressTask.silent());
        assertThat(twice.fetchedBlobs()).isEqualTo(1);
        assertThat(twice.keptParts()).isEqualTo(2);
        assertThat(facts(target)).isEqualTo(facts(root));
    }

    @Test
    void anotherProjectOfTheHostFetchesNothingThatCameBefore() throws Exception {
        here.push(dataRoot("a", "b"), FACTS, name, ProgressTask.silent());
        there.pull(name, Files.createDirectories(folder.resolve("one")), ProgressTask.silent());
        PullReport second = there.pull(name, Files.createDirectories(folder.resolve("two")), ProgressTask.silent());
        assertThat(second.fetchedBytes()).isZero();
        assertThat(second.cachedBlobs()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"LAYER_FARM", "COPY"})
    void whatAnotherProjectOfTheHostBuiltIsNotFetched(GoldenStrategy strategy) throws Exception {
        Path source = dataRoot("a", "b");
        here.push(source, FACTS, name, ProgressTask.silent());
        try (GoldenStore store =
                GoldenStore.builder(folder.resolve("store")).strategy(strategy).open()) {
            try (GoldenDraft draft = store.draft("other")) {
                // The same layer in a folder of another name, as another engine gives it.
                Path built = dataRoot("a");
                Files.move(built.resolve("image"), draft.dataRoot().resolve("image"));
                Files.createDirectories(draft.dataRoot().resolve("overlay2"));
                Files.move(built.resolve("overlay2/layer-a"), draft.dataRoot().resolve("overlay2/mine"));
                Files.writeString(
                        draft.dataRoot().resolve("image/overlay2/layerdb/sha256/" + chain("a") + "/cache-id"), "mine");
                draft.publish(Map.of());
            }
            GoldenGeneration pulled = there.pull(store, "team", name, ProgressTask.silent());
            Path cached = folder.resolve("there/blobs/sha256");
            assertThat(cached.resolve(layer("a").digest().hex())).doesNotExist();
            assertThat(cached.resolve(layer("b").digest().hex())).exists();
            try (GoldenView view = store.view(pulled)) {
                for (String each : List.of("a", "b")) {
                    Path diff = view.dataRoot().resolve("overlay2/layer-" + each + "/diff");
                    Path sent = source.resolve("overlay2/layer-" + each + "/diff");
                    assertThat(diff.resolve("bulk")).hasBinaryContent(bulk(each));
                    assertThat(Files.getLastModifiedTime(diff)).isEqualTo(Files.getLastModifiedTime(sent));
                    assertThat(Files.getAttribute(diff.resolve("hard"), "unix:nlink"))
                            .isEqualTo(2);
                }
            }
            // It stays when the other project's golden goes.
            publishNothing(store, "other");
            store.collect();
            assertThat(store.open("team", "s").dataRoot().resolve("overlay2/layer-a/diff/bulk"))
                    .hasBinaryContent(bulk("a"));
        }
    }

    private static void publishNothing(GoldenStore store, String project) {
        try (GoldenDraft draft = store.draft(project)) {
            draft.publish(Map.of());
        }
    }

    @Test
    void aKilledPullGoesOnWhereItWas() throws Exception {
        here.push(dataRoot("a"), FACTS, name, ProgressTask.silent());
        Descriptor largest = largest();
        byte[] bytes = blob(largest);
        int had = bytes.length / 3;
        Path partial = Files.createDirectories(folder.resolve("there/partial"));
        Files.write(partial.resolve(largest.digest().hex()), Arrays.copyOf(bytes, had));

        PullReport report = there.pull(name, Files.createDirectories(folder.resolve("target")), ProgressTask.silent());
        long all = report.artifact().sizeBytes();
        assertThat(report.fetchedBytes()).isEqualTo(all - had);
        assertThat(partial.resolve(largest.digest().hex())).doesNotExist();
    }

    @Test
    void whatAKilledPullLeftIsNotTrusted() throws Exception {
        here.push(dataRoot("a"), FACTS, name, ProgressTask.silent());
        Descriptor largest = largest();
        Path partial = Files.createDirectories(folder.resolve("there/partial"));
        Files.write(partial.resolve(largest.digest().hex()), new byte[1000]);
        Path target = Files.createDirectories(folder.resolve("target"));

        assertThatThrownBy(() -> there.pull(name, target, ProgressTask.silent()))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining(largest.digest().toString());
        assertThat(target).isEmptyDirectory();
        // It was dropped, so the next try is clean.
        there.pull(name, target, ProgressTask.silent());
        assertThat(target.resolve("overlay2/layer-a/diff/bulk")).exists();
    }

    @Test
    void aStoreGetsItsPresentGenerationAndOnlyOnce() throws Exception {
        here.push(dataRoot("a"), FACTS, name, ProgressTask.silent());
        try (GoldenStore store = GoldenStore.builder(folder.resolve("store"))
                .strategy(GoldenStrategy.LAYER_FARM)
                .open()) {
            GoldenGeneration first = there.pull(store, "team", name, ProgressTask.silent());
            assertThat(first.labels()).containsEntry("commit", "abc").containsKey("golden.artifact");
            assertThat(there.pull(store, "team", name, ProgressTask.silent())).isEqualTo(first);

            here.push(dataRoot("a", "b"), FACTS, name, ProgressTask.silent());
            GoldenGeneration second = there.pull(store, "team", name, ProgressTask.silent());
            assertThat(second.id()).isNotEqualTo(first.id());
            assertThat(here.push(store, "team", name.withTag("again"), ProgressTask.silent())
                            .sentBytes())
                    .isLessThan(BULK / 10);
            try (GoldenDraft draft = store.draftFromCurrent("team")) {
                assertThat(draft.dataRoot().resolve("overlay2/layer-b/diff/bulk"))
                        .hasBinaryContent(bulk("b"));
            }
        }
    }

    @Test
    void partsCannotLeadOutOfTheDataRoot() throws Exception {
        for (String path : List.of("../outside", "/outside", "overlay2//x", "overlay2/./x", "")) {
            assertThatThrownBy(() -> new DataRootPart(DataRootPart.Kind.TREE, path, Optional.empty()))
                    .isInstanceOf(InvalidContentException.class);
        }
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Path root = dataRoot("a");
        here.push(root, FACTS, name, ProgressTask.silent());
        Manifest honest = manifest();
        // The rest of another artifact puts a link where the layers go.
        Path trap = Files.createDirectories(folder.resolve("trap"));
        Files.createSymbolicLink(trap.resolve("overlay2"), outside);
        Files.createDirectories(trap.resolve("image/overlay2/layerdb/sha256/" + "0".repeat(64)));
        Files.writeString(trap.resolve("image/overlay2/layerdb/sha256/" + "0".repeat(64) + "/cache-id"), "none");
        here.push(trap, FACTS, name.withTag("trap"), ProgressTask.silent());
        name = name.withTag("trap");
        List<Descriptor> mixed = new ArrayList<>(List.of(manifest().layers().get(0)));
        mixed.addAll(honest.layers().subList(1, honest.layers().size()));
        Manifest evil = GoldenArtifact.manifest(honest.config(), mixed);
        client.repository(name).manifests().put("trap", evil.mediaType(), evil.bytes());

        assertThatThrownBy(() ->
                        there.pull(name, Files.createDirectories(folder.resolve("target")), ProgressTask.silent()))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("leads out");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void imagesAreNoGoldenCachesAndEmptyRootsAreNotPushed() throws Exception {
        ImageReference image = name.withTag("image");
        client.sink(image)
                .write(
                        ImageAssembly.scratch(Platform.LINUX_AMD64)
                                .layer(LayerSpec.empty().directory("/tmp", 0755))
                                .produce(ProgressTask.silent()),
                        ProgressTask.silent());
        assertThatThrownBy(() -> there.inspect(image))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("no golden cache");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThatThrownBy(() -> here.push(empty, FACTS, name, ProgressTask.silent()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("overlay2");
    }

    private Manifest manifest() {
        var content = client.repository(name).manifests().get(name.tag().orElseThrow());
        return Manifest.parse(content.bytes(), content.descriptor().mediaType());
    }

    private List<Descriptor> layers() {
        List<Descriptor> parts = manifest().layers();
        return parts.subList(1, parts.size());
    }

    /** The blob of a layer's files. */
    private Descriptor layer(String name) {
        return layers().stream()
                .filter(blob -> GoldenArtifact.part(blob).path().equals("overlay2/layer-" + name + "/diff"))
                .findFirst()
                .orElseThrow();
    }

    private Descriptor largest() {
        return manifest().layers().stream()
                .max(Comparator.comparingLong(Descriptor::sizeBytes))
                .orElseThrow();
    }

    private byte[] blob(Descriptor blob) throws IOException {
        Repository repository = client.repository(name);
        try (InputStream in = repository.blobs().open(blob)) {
            return in.readAllBytes();
        }
    }

    /** As an engine with the classic store leaves it, with a layer for each name. */
    private Path dataRoot(String... layers) throws IOException {
        Path root = Files.createDirectories(folder.resolve("root-" + String.join("-", layers)));
        for (String layer : layers) {
            Path meta = Files.createDirectories(root.resolve("image/overlay2/layerdb/sha256/" + chain(layer)));
            Files.writeString(meta.resolve("cache-id"), "layer-" + layer);
            Files.writeString(meta.resolve("tar-split.json.gz"), "split of " + layer);
            Path diff = Files.createDirectories(root.resolve("overlay2/layer-" + layer + "/diff"));
            Files.write(diff.resolve("bulk"), bulk(layer));
            Files.createLink(diff.resolve("hard"), diff.resolve("bulk"));
            Files.createSymbolicLink(diff.resolve("soft"), Path.of("/nowhere"));
            Files.setLastModifiedTime(diff, FileTime.from(Instant.ofEpochSecond(1_700_000_000, 123_456_789)));
            Files.writeString(root.resolve("overlay2/layer-" + layer + "/link"), "L" + layer);
        }
        return root;
    }

    private static String chain(String layer) {
        return Digest.sha256(layer.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static byte[] bulk(String layer) {
        byte[] bulk = new byte[BULK];
        new Random(layer.hashCode()).nextBytes(bulk);
        return bulk;
    }

    private static Map<String, String> facts(Path root) throws IOException {
        Map<String, String> facts = new HashMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Map<String, Object> unix =
                        Files.readAttributes(file, "unix:mode,uid,gid,nlink", LinkOption.NOFOLLOW_LINKS);
                String more = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        ? unix.get("nlink") + " " + Files.size(file)
                        : "";
                String time =
                        file.endsWith("diff") ? Files.getLastModifiedTime(file).toString() : "";
                facts.put(
                        root.relativize(file).toString(),
                        unix.get("mode") + " " + unix.get("uid") + " " + unix.get("gid") + " " + more + " " + time);
            }
        }
        return facts;
    }
}
