package io.sandboximage.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.io.BlobDirectory;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerMemoryTest {
    @TempDir
    Path source;

    @TempDir
    Path cache;

    private final List<ProgressEvent.Outcome> outcomes = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void makeSource() throws IOException {
        Files.writeString(source.resolve("file"), "one");
    }

    private LayerSpec spec() {
        return LayerSpec.directory(source, "/");
    }

    /** Remembers the layer as if the clock had moved on since the files were written. */
    private BuiltLayer buildAndRemember() {
        BlobDirectory blobs = new BlobDirectory(cache, "test");
        EntryTree tree = spec().scan(ProgressTask.silent());
        BuiltLayer layer = LayerWriter.write(tree, 0, Compression.GZIP, blobs, ProgressTask.silent());
        new LayerMemory(blobs, spec(), tree, 0, Compression.GZIP)
                .remember(layer, tree, Instant.now().plusSeconds(60));
        return layer;
    }

    private Descriptor assemble(ImageAssembly assembly) {
        outcomes.clear();
        ProgressTask root = ProgressTask.root(
                event -> {
                    if (event instanceof ProgressEvent.Finished finished) {
                        outcomes.add(finished.outcome());
                    }
                },
                "test");
        try (ImageSource image = assembly.cacheDirectory(cache).produce(root)) {
            return image.image(Platform.LINUX_AMD64).manifest().layers().get(0);
        }
    }

    private ImageAssembly assembly() {
        return ImageAssembly.scratch(Platform.LINUX_AMD64).layer(spec());
    }

    @Test
    void anUnchangedLayerIsNotReadAgain() {
        BuiltLayer layer = buildAndRemember();

        assertThat(assemble(assembly())).isEqualTo(layer.descriptor());
        assertThat(outcomes).containsExactly(ProgressEvent.Outcome.CACHED);
    }

    @Test
    void alwaysReadBelievesNothing() {
        BuiltLayer layer = buildAndRemember();

        assertThat(assemble(assembly().alwaysRead())).isEqualTo(layer.descriptor());
        assertThat(outcomes).containsExactly(ProgressEvent.Outcome.DONE);
    }

    @Test
    void aChangeOfEqualSizeAndTimeIsSeen() throws IOException {
        Path file = source.resolve("file");
        FileTime time = Files.getLastModifiedTime(file);
        BuiltLayer layer = buildAndRemember();
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, time);

        assertThat(assemble(assembly())).isNotEqualTo(layer.descriptor());
        assertThat(outcomes).containsExactly(ProgressEvent.Outcome.DONE);
    }

    @Test
    void anAddedFileIsSeen() throws IOException {
        BuiltLayer layer = buildAndRemember();
        Files.writeString(source.resolve("another"), "");
        assertThat(assemble(assembly())).isNotEqualTo(layer.descriptor());
    }

    @Test
    void otherOptionsMakeAnotherLayer() {
        BuiltLayer layer = buildAndRemember();
        assertThat(assemble(assembly().created(Instant.ofEpochSecond(5)))).isNotEqualTo(layer.descriptor());
        buildAndRemember();
        assertThat(assemble(assembly().compression(Compression.NONE))).isNotEqualTo(layer.descriptor());
    }

    @Test
    void aLostBlobIsMadeAgain() throws IOException {
        BuiltLayer layer = buildAndRemember();
        Path blob = cache.resolve("blobs/sha256")
                .resolve(layer.descriptor().digest().hex());
        Files.delete(blob);

        assertThat(assemble(assembly())).isEqualTo(layer.descriptor());
        assertThat(blob).exists();
    }

    @Test
    void aDamagedMemoryIsIgnored() throws IOException {
        BuiltLayer layer = buildAndRemember();
        try (var files = Files.list(cache.resolve("layers"))) {
            for (Path file : files.toList()) {
                Files.writeString(file, "{\"fingerprint\":");
            }
        }
        assertThat(assemble(assembly())).isEqualTo(layer.descriptor());
    }

    @Test
    void filesYoungerThanTheClocksStepAreNotTrusted() {
        BlobDirectory blobs = new BlobDirectory(cache, "test");
        EntryTree tree = spec().scan(ProgressTask.silent());
        BuiltLayer layer = LayerWriter.write(tree, 0, Compression.GZIP, blobs, ProgressTask.silent());
        LayerMemory memory = new LayerMemory(blobs, spec(), tree, 0, Compression.GZIP);

        memory.remember(layer, tree, tree.newest());
        assertThat(memory.recall()).isEmpty();
        memory.remember(layer, tree, tree.newest().plusSeconds(1));
        assertThat(memory.recall()).contains(layer);
    }
}
