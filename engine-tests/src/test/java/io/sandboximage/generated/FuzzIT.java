package io.sandboximage.generated;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.ext4.Ext4Change;
import io.sandboximage.ext4.Ext4Change.Aspect;
import io.sandboximage.ext4.Ext4Comparison;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.Inode;
import io.sandboximage.internal.io.FileTrees;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.image.FeatureImage;
import io.sandboximage.testkit.image.FeatureImage.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changed images and changed file systems: reading them gives a right result or one of the SDK's errors, soon, in little memory, and
 * nothing else. Digests and checksums are made right again after most changes, so that they reach what lies behind. How long and
 * from which seed is said in {@link FuzzTrials}.
 */
class FuzzIT {
    private static final long MAX_BYTES = 64L << 20;

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    @Test
    void changedLayersGiveAResultOrAnErrorOfOurs(TestReporter reporter) {
        FuzzTrials.run(25, reporter, seed -> {
            Random random = new Random(seed);
            List<byte[]> archives =
                    new ArrayList<>(GeneratedImage.of(1 + seed % 500, false).archives());
            int layer = random.nextInt(archives.size());
            archives.set(layer, TarChanges.change(archives.get(layer), random));
            Path layout = folder.resolve("layout");
            FeatureImage.ofLayers(archives).write(layout, "v1", Compression.MIXED);
            requireSoundOrError(layout);
        });
    }

    @Test
    void changedBlobsOfLayersGiveTheSameTreeOrAnErrorOfOurs(TestReporter reporter) throws IOException {
        List<LayoutBytes> layouts = layouts();
        List<Ext4Reader> originals = new ArrayList<>();
        for (LayoutBytes layout : layouts) {
            originals.add(Ext4Reader.open(original(layout, "original-" + originals.size() + ".ext4")));
        }
        FuzzTrials.run(12, reporter, seed -> {
            Random random = new Random(seed);
            int image = (int) (seed % layouts.size());
            LayoutBytes layout = layouts.get(image).copy();
            List<String> layers = layout.layers();
            String layer = layers.get(random.nextInt(layers.size()));
            layout.replace(layer, ByteChanges.change(layout.bytes(layer), 0, random), random.nextInt(8) > 0);
            Path directory = folder.resolve("layout");
            layout.write(directory);
            Path file = folder.resolve("root.ext4");
            if (requireSoundOrError(directory, file)) {
                // The diff ID was right, then.
                try (Ext4Reader made = Ext4Reader.open(file)) {
                    assertThat(Ext4Comparison.compare(originals.get(image), made, true))
                            .isEmpty();
                }
            }
            Files.deleteIfExists(file);
        });
        originals.forEach(Ext4Reader::close);
    }

    @Test
    void changedDocumentsOfImagesGiveAResultOrAnErrorOfOurs(TestReporter reporter) throws IOException {
        List<LayoutBytes> layouts = layouts();
        FuzzTrials.run(10, reporter, seed -> {
            Random random = new Random(seed);
            LayoutBytes layout = layouts.get((int) (seed % layouts.size())).copy();
            List<String> documents = layout.documents();
            String document = documents.get(random.nextInt(documents.size()));
            layout.replace(document, JsonChanges.change(layout.bytes(document), random), random.nextInt(8) > 0);
            layout.write(folder.resolve("layout"));
            requireSoundOrError(folder.resolve("layout"));
        });
    }

    @Test
    void changedFileSystemsGiveAResultOrAnErrorOfOurs(TestReporter reporter) throws IOException {
        List<byte[]> originals = new ArrayList<>();
        List<Ext4Reader> readers = new ArrayList<>();
        for (LayoutBytes layout : layouts()) {
            Path file = original(layout, "original-" + originals.size() + ".ext4");
            originals.add(Files.readAllBytes(file));
            readers.add(Ext4Reader.open(file));
        }
        Path file = folder.resolve("changed.ext4");
        FuzzTrials.run(28, reporter, seed -> {
            Random random = new Random(seed);
            int number = (int) (seed % originals.size());
            byte[] bytes = originals.get(number).clone();
            boolean told = Ext4Changes.change(bytes, random);
            Files.write(file, bytes);
            try (Ext4Reader changed = Ext4Reader.open(file)) {
                readAll(changed, random);
                changed.verify();
                List<Ext4Change> changes = Ext4Comparison.compare(readers.get(number), changed, !told);
                if (told) {
                    // Of metadata only the targets of long links have no checksum.
                    assertThat(changes).allMatch(change -> change.aspects().equals(Set.of(Aspect.TARGET)));
                }
                if (random.nextInt(8) == 0) {
                    changed.extract(folder.resolve("extracted"));
                }
            } catch (SandboxImageException e) {
                assertThat(e).hasMessageContaining("changed.ext4");
            } finally {
                FileTrees.delete(folder.resolve("extracted"));
            }
        });
        readers.forEach(Ext4Reader::close);
    }

    private static void readAll(Ext4Reader changed, Random random) {
        ByteBuffer some = ByteBuffer.allocate(10_000);
        Inode root = changed.tree().root();
        for (Map.Entry<FileName, Inode> child : root.sortedChildren()) {
            if (random.nextInt(4) == 0) {
                changed.find("/" + child.getKey());
            }
        }
        for (Inode inode : changed.tree().inodes()) {
            if (inode.content().sizeBytes() > 0) {
                changed.read(inode, inode.content().sizeBytes() / 2, some.clear());
            }
        }
    }

    /** Of images that any file system can hold. */
    private List<LayoutBytes> layouts() throws IOException {
        List<LayoutBytes> layouts = new ArrayList<>();
        for (long seed = 11; seed < 16; seed++) {
            layouts.add(LayoutBytes.of(GeneratedImage.of(seed, true).archives(), folder.resolve("layout")));
        }
        return layouts;
    }

    private Path original(LayoutBytes image, String name) throws IOException {
        Path layout = folder.resolve("layout");
        image.write(layout);
        Path file = folder.resolve(name);
        try (ImageSource source = OciLayout.source(layout, "v1")) {
            Ext4Snapshotter.to(file).size(6 << 20).journal(false).snapshot(source, ProgressTask.silent());
        }
        FileTrees.delete(layout);
        return file;
    }

    private void requireSoundOrError(Path layout) throws IOException {
        Path file = folder.resolve("root.ext4");
        requireSoundOrError(layout, file);
        Files.deleteIfExists(file);
    }

    /** @return whether a file was made, which is sound then; else nothing is left behind */
    private boolean requireSoundOrError(Path layout, Path file) throws IOException {
        List<String> before = names();
        try (ImageSource source = OciLayout.source(layout, "v1")) {
            Ext4Snapshotter.to(file).maxSize(MAX_BYTES).journal(false).snapshot(source, ProgressTask.silent());
        } catch (SandboxImageException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
            assertThat(names()).isEqualTo(before);
            return false;
        } finally {
            FileTrees.delete(layout);
        }
        try (Ext4Reader made = Ext4Reader.open(file)) {
            made.verify();
        } catch (SandboxImageException e) {
            throw new AssertionError("what was made is not sound", e);
        }
        return true;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(path -> path.getFileName().toString())
                    .filter(name -> !name.equals("layout"))
                    .sorted()
                    .toList();
        }
    }
}
