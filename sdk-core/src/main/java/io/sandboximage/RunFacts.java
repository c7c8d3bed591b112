package io.sandboximage;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageConfig;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.json.JsonView;
import io.sandboximage.progress.ProgressFacts;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells what a run knows to those who make reports, metrics and traces of its events. */
final class RunFacts {
    private static final Logger LOG = LoggerFactory.getLogger(RunFacts.class);

    /** How the values of ARGs stand in an image's history, where a secret may be among them. */
    private static final Pattern ARGUMENTS = Pattern.compile("^(RUN )?\\|\\d+ .*?(/bin/sh -c )", Pattern.DOTALL);

    /** BuildKit's mark behind each instruction. */
    private static final String MARK = " # buildkit";

    private final AtomicBoolean toldImage = new AtomicBoolean();

    static void step(PlannedStep step, ProgressTask task) {
        task.fact(
                ProgressFacts.STEP,
                Map.of(
                        ProgressFacts.KIND, step.kind().name().toLowerCase(Locale.ROOT),
                        ProgressFacts.NAME, step.name(),
                        ProgressFacts.REQUIRED, Boolean.toString(step.required())));
    }

    static void made(Branch.Made made, ProgressTask task) {
        Map<String, String> values = new LinkedHashMap<>();
        if (made instanceof Branch.Delivered delivered) {
            Delivery delivery = delivered.delivery();
            values.put(ProgressFacts.BLOBS_COPIED, Integer.toString(delivery.blobsCopied()));
            values.put(ProgressFacts.BLOBS_MOUNTED, Integer.toString(delivery.blobsMounted()));
            values.put(ProgressFacts.BLOBS_PRESENT, Integer.toString(delivery.blobsSkipped()));
            values.put(ProgressFacts.BYTES_COPIED, Long.toString(delivery.bytesCopied()));
            task.fact(ProgressFacts.DELIVERY, values);
        } else if (made instanceof Branch.Snapped snapped) {
            Snapshot snapshot = snapped.snapshot();
            values.put(ProgressFacts.KIND, snapshot.kind());
            values.put(ProgressFacts.NAME, snapshot.reference());
            values.put(ProgressFacts.REUSED, Boolean.toString(snapshot.reused()));
            String size = snapshot.properties().get(ProgressFacts.SIZE_BYTES);
            if (size != null) {
                values.put(ProgressFacts.SIZE_BYTES, size);
            }
            task.fact(ProgressFacts.SNAPSHOT, values);
        }
    }

    static void reading(BlobSpool.Reading reading, ProgressTask root) {
        if (reading.readBytes() > 0) {
            root.fact(
                    ProgressFacts.READING,
                    Map.of(
                            ProgressFacts.BYTES_READ, Long.toString(reading.readBytes()),
                            ProgressFacts.BYTES_SHARED, Long.toString(reading.sharedBytes())));
        }
    }

    /**
     * Tells of the image and its layers, once a run, after a branch has read the image: so nothing is fetched for the telling alone
     * where no branch needs it. What goes wrong here is no failure of the run.
     */
    void image(ImageSource source, ProgressTask root) {
        if (!toldImage.compareAndSet(false, true)) {
            return;
        }
        try {
            Map<Digest, Long> blobs = new HashMap<>();
            List<Map<String, String>> layers = new ArrayList<>();
            for (Descriptor manifest : manifests(source)) {
                read(source, manifest, blobs, layers);
            }
            long bytes = blobs.values().stream().mapToLong(Long::longValue).sum();
            root.fact(
                    ProgressFacts.IMAGE,
                    Map.of(
                            ProgressFacts.DIGEST,
                            source.descriptor().digest().toString(),
                            ProgressFacts.SIZE_BYTES,
                            Long.toString(bytes)));
            layers.forEach(layer -> root.fact(ProgressFacts.LAYER, layer));
        } catch (CancelledException e) {
            throw e;
        } catch (SandboxImageException e) {
            LOG.debug("The layers of {} stay untold", source.name(), e);
        }
    }

    private static List<Descriptor> manifests(ImageSource source) {
        Descriptor root = source.descriptor();
        if (!MediaTypes.isIndex(root.mediaType())) {
            return List.of(root);
        }
        // Attestations have no platform of their own; what is nested deeper is rare and stays untold.
        return ImageIndex.parse(source.manifest(root), root.mediaType()).manifests().stream()
                .filter(manifest -> MediaTypes.isManifest(manifest.mediaType()))
                .filter(manifest -> manifest.platform()
                        .filter(p -> !p.os().equals("unknown"))
                        .isPresent())
                .toList();
    }

    private static void read(
            ImageSource source, Descriptor descriptor, Map<Digest, Long> blobs, List<Map<String, String>> layers) {
        Manifest manifest = Manifest.parse(source.manifest(descriptor), descriptor.mediaType());
        ImageConfig config = source.image(descriptor).config();
        Platform platform = config.platform();
        List<String> history = history(config);
        blobs.put(manifest.config().digest(), manifest.config().sizeBytes());
        for (int i = 0; i < manifest.layers().size(); i++) {
            Descriptor layer = manifest.layers().get(i);
            blobs.put(layer.digest(), layer.sizeBytes());
            Map<String, String> values = new LinkedHashMap<>();
            values.put(ProgressFacts.PLATFORM, platform.toString());
            values.put(ProgressFacts.DIGEST, layer.digest().toString());
            values.put(ProgressFacts.SIZE_BYTES, Long.toString(layer.sizeBytes()));
            values.put(
                    ProgressFacts.CREATED_BY,
                    history.size() == manifest.layers().size() ? history.get(i) : "");
            layers.add(values);
        }
    }

    /** The instructions that made layers; the others left none behind. */
    private static List<String> history(ImageConfig config) {
        return JsonView.parse(config.bytes(), ImageConfig.MAX_BYTES, "config").objects("history").stream()
                .filter(entry -> !entry.bool("empty_layer").orElse(false))
                .map(entry -> entry.string("created_by").orElse(""))
                .map(text -> text.endsWith(MARK) ? text.substring(0, text.length() - MARK.length()) : text)
                .map(text -> ARGUMENTS.matcher(text).replaceFirst("RUN "))
                .toList();
    }
}
