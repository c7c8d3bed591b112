package io.sandboximage.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ImageCopierTest {
    private static final byte[] SHARED = new byte[1000];
    private final MemorySource source = new MemorySource();
    private final RecordingDestination destination = new RecordingDestination();

    private Delivery copy(CopyOptions options) {
        return ImageCopier.copy(source, destination, options, ProgressTask.silent());
    }

    private Descriptor twoPlatforms() {
        Descriptor amd64 =
                source.image(Platform.LINUX_AMD64, SHARED, new byte[] {1}).withPlatform(Platform.LINUX_AMD64);
        Descriptor arm64 =
                source.image(Platform.LINUX_ARM64, SHARED, new byte[] {2}).withPlatform(Platform.LINUX_ARM64);
        return source.index(amd64, arm64);
    }

    @Test
    void copiesBlobsThenManifestsThenTheRoot() {
        Descriptor root = twoPlatforms();

        Delivery delivery = copy(CopyOptions.DEFAULT);

        assertThat(destination.content).containsExactlyInAnyOrderEntriesOf(source.content);
        assertThat(delivery.descriptor()).isEqualTo(root);
        assertThat(delivery.blobsCopied())
                .as("two configs, two layers, one shared layer")
                .isEqualTo(5);
        List<String> kinds = destination.calls.stream()
                .map(c -> c.substring(0, c.indexOf(' ')))
                .filter(k -> !k.equals("has"))
                .toList();
        assertThat(kinds).containsExactly("blob", "blob", "blob", "blob", "blob", "manifest", "manifest", "commit");
        assertThat(destination.announced).hasSize(8).last().isEqualTo(root);
    }

    @Test
    void copiesNestedIndexesFromTheBottom() {
        Descriptor inner = twoPlatforms();
        Descriptor outer = source.index(inner);

        copy(CopyOptions.DEFAULT);

        assertThat(destination.calls.subList(destination.calls.size() - 2, destination.calls.size()))
                .containsExactly("manifest " + inner.digest(), "commit " + outer.digest());
    }

    @Test
    void refusesIndexesThatNestWithoutEnd() {
        Descriptor root = source.image(Platform.LINUX_AMD64, SHARED);
        for (int i = 0; i < 10; i++) {
            root = source.index(root);
        }
        assertThatThrownBy(() -> copy(CopyOptions.DEFAULT)).isInstanceOf(InvalidContentException.class);
    }

    @Test
    void skipsMountsAndCopies() {
        Descriptor root = source.image(Platform.LINUX_AMD64, new byte[] {1}, new byte[] {2, 2}, new byte[] {3, 3, 3});
        List<Descriptor> layers = source.image(root).manifest().layers();
        destination.content.put(layers.get(0).digest(), new byte[] {1});
        destination.mountable.add(layers.get(1).digest());

        Delivery delivery = copy(CopyOptions.DEFAULT);

        assertThat(delivery.blobsSkipped()).isEqualTo(1);
        assertThat(delivery.blobsMounted()).isEqualTo(1);
        assertThat(delivery.blobsCopied()).isEqualTo(2);
        assertThat(delivery.bytesCopied())
                .isEqualTo(3 + source.image(root).manifest().config().sizeBytes());
    }

    @Test
    void asksForNoBlobWhenTheManifestIsThere() {
        twoPlatforms();
        copy(CopyOptions.DEFAULT);
        destination.calls.clear();
        source.opened.clear();

        Delivery again = copy(CopyOptions.DEFAULT);

        assertThat(destination.calls).containsExactly("commit " + source.root.digest());
        assertThat(source.opened).isEmpty();
        assertThat(again.blobsCopied()).isZero();
    }

    @Test
    void onePlatformGivesItsManifestAlone() {
        twoPlatforms();

        Delivery delivery = copy(CopyOptions.DEFAULT.only(Platform.LINUX_ARM64));

        assertThat(delivery.descriptor().mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(delivery.descriptor().digest())
                .isEqualTo(source.image(Platform.LINUX_ARM64).descriptor().digest());
        assertThat(destination.content).hasSize(4);
    }

    @Test
    void chosenPlatformsKeepTheirAttestationsAndUnknownMembers() {
        Descriptor amd64 = source.image(Platform.LINUX_AMD64, new byte[] {1}).withPlatform(Platform.LINUX_AMD64);
        Descriptor arm64 = source.image(Platform.LINUX_ARM64, new byte[] {2}).withPlatform(Platform.LINUX_ARM64);
        Descriptor attestation = source.image(Platform.of("unknown", "unknown"), new byte[] {3})
                .withPlatform(Platform.of("unknown", "unknown"))
                .withAnnotations(
                        Map.of("vnd.docker.reference.digest", arm64.digest().toString()));
        String json = new String(
                ImageIndex.create(List.of(amd64, arm64, attestation), Map.of()).bytes(), StandardCharsets.UTF_8);
        byte[] extended = json.replaceFirst("\\{", "{\"x-unknown\":[1.50],").getBytes(StandardCharsets.UTF_8);
        source.root = source.add(MediaTypes.OCI_INDEX, extended);

        Delivery delivery = copy(CopyOptions.DEFAULT.only(Platform.LINUX_ARM64).keepingIndex());

        byte[] copied = destination.content.get(delivery.descriptor().digest());
        assertThat(new String(copied, StandardCharsets.UTF_8)).contains("\"x-unknown\":[1.50]");
        assertThat(ImageIndex.parse(copied, MediaTypes.OCI_INDEX).manifests()).containsExactly(arm64, attestation);
        assertThat(destination.content).doesNotContainKey(amd64.digest());
    }

    @Test
    void choosingEveryPlatformKeepsTheDigest() {
        Descriptor root = twoPlatforms();
        assertThat(copy(CopyOptions.DEFAULT.only(Platform.LINUX_ARM64, Platform.LINUX_AMD64))
                        .descriptor())
                .isEqualTo(root);
    }

    @Test
    void aMissingPlatformListsWhatThereIs() {
        twoPlatforms();
        assertThatThrownBy(() -> copy(CopyOptions.DEFAULT.only(Platform.parse("linux/s390x"))))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("linux/s390x")
                .hasMessageContaining("linux/amd64, linux/arm64");
    }

    @Test
    void copiesReferrersOfReferrers() {
        Descriptor image = source.image(Platform.LINUX_AMD64, SHARED);
        Descriptor empty = source.add(MediaTypes.OCI_EMPTY, "{}".getBytes(StandardCharsets.UTF_8));
        Manifest sbom =
                Manifest.create(empty, List.of(empty), Map.of(), Optional.of(image), Optional.of("example/sbom"));
        source.manifest(sbom);
        Manifest signature = Manifest.create(
                empty, List.of(empty), Map.of(), Optional.of(sbom.descriptor()), Optional.of("example/signature"));
        source.manifest(signature);
        source.referrers.put(image.digest(), List.of(sbom.descriptor()));
        source.referrers.put(sbom.descriptor().digest(), List.of(signature.descriptor()));
        source.root = image;

        copy(CopyOptions.DEFAULT);
        assertThat(destination.content).doesNotContainKey(sbom.descriptor().digest());

        copy(CopyOptions.DEFAULT.withReferrers());
        assertThat(destination.content)
                .containsKeys(sbom.descriptor().digest(), signature.descriptor().digest());
    }

    @Test
    void leavesLayersWithUrlsOfTheirOwnWhereTheyAre() {
        Descriptor config = source.add(MediaTypes.OCI_CONFIG, "{}".getBytes(StandardCharsets.UTF_8));
        Descriptor foreign = new Descriptor(
                "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                Descriptor.of("x", new byte[] {9}).digest(),
                1,
                Optional.empty(),
                Map.of(),
                List.of("https://layers.example.com/9"),
                Optional.empty());
        source.manifest(Manifest.create(config, List.of(foreign), Map.of()));

        assertThat(copy(CopyOptions.DEFAULT).blobsSkipped()).isEqualTo(1);
    }

    @Test
    void theFirstFailureCancelsTheOthersAndIsThrown() {
        source.image(Platform.LINUX_AMD64, new byte[1], new byte[2]);
        CountDownLatch running = new CountDownLatch(1);
        AtomicBoolean cancelled = new AtomicBoolean();
        RecordingDestination failing = new RecordingDestination() {
            @Override
            public void putBlob(Descriptor blob, ImageSource from, ProgressTask progress) {
                if (blob.sizeBytes() == 1) {
                    await(running);
                    throw new UnavailableException("the first failure");
                }
                running.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    cancelled.set(true);
                    throw CancelledException.interrupted("testing", e);
                }
            }
        };

        assertThatThrownBy(() -> ImageCopier.copy(source, failing, CopyOptions.DEFAULT, ProgressTask.silent()))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("the first failure");
        assertThat(cancelled).isTrue();
        assertThat(failing.calls).noneMatch(c -> c.startsWith("commit"));
    }

    @Test
    void interruptionCancelsTheTransfers() throws InterruptedException {
        source.image(Platform.LINUX_AMD64, new byte[1]);
        CountDownLatch running = new CountDownLatch(1);
        RecordingDestination blocking = new RecordingDestination() {
            @Override
            public void putBlob(Descriptor blob, ImageSource from, ProgressTask progress) {
                running.countDown();
                await(new CountDownLatch(1));
            }
        };
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread copying = new Thread(() -> {
            try {
                ImageCopier.copy(source, blocking, CopyOptions.DEFAULT, ProgressTask.silent());
            } catch (CancelledException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        copying.start();
        await(running);
        copying.interrupt();
        copying.join();

        assertThat(thrown.get()).isInstanceOf(CancelledException.class);
        assertThat(flag).isTrue();
    }

    @Test
    void aCorruptBlobIsNotCommitted() {
        Descriptor root = source.image(Platform.LINUX_AMD64, new byte[] {1});
        source.content.put(source.image(root).manifest().layers().get(0).digest(), new byte[] {2});

        assertThatThrownBy(() -> copy(CopyOptions.DEFAULT)).isInstanceOf(IntegrityException.class);
        assertThat(destination.calls).noneMatch(c -> c.startsWith("commit"));
    }

    @Test
    void refusesNonsensicalParallelism() {
        assertThatThrownBy(() -> CopyOptions.DEFAULT.withParallelism(0)).isInstanceOf(InvalidRequestException.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("testing", e);
        }
    }
}
