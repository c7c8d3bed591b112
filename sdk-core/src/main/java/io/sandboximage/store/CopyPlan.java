package io.sandboximage.store;

import io.sandboximage.ImageSource;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What has to move: the walk from the root down, with each digest once, stopping where the destination has a whole subtree. */
final class CopyPlan {
    private static final int MAX_DEPTH = 4;
    private static final int MAX_MANIFESTS = 10_000;

    private final ImageSource source;
    private final ContentDestination destination;
    private final boolean referrers;
    private final Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
    private final Map<Digest, PlannedManifest> manifests = new LinkedHashMap<>();
    private int blobsPresent;

    private CopyPlan(ImageSource source, ContentDestination destination, boolean referrers) {
        this.source = source;
        this.destination = destination;
        this.referrers = referrers;
    }

    static CopyPlan of(
            ImageSource source, ContentDestination destination, PlatformFilter.Root root, boolean referrers) {
        CopyPlan plan = new CopyPlan(source, destination, referrers);
        plan.visit(root.descriptor(), root.bytes(), 0);
        return plan;
    }

    /** Blobs that the destination may lack, the largest first so that no worker is left alone with it at the end. */
    List<Descriptor> blobs() {
        return blobs.values().stream()
                .sorted(Comparator.comparingLong(Descriptor::sizeBytes).reversed())
                .toList();
    }

    /** Manifests and indexes that the destination lacks, without the root; in each list those that do not name each other. */
    List<List<PlannedManifest>> manifestsByHeight(Digest root) {
        List<List<PlannedManifest>> levels = new ArrayList<>();
        for (PlannedManifest manifest : manifests.values()) {
            if (!manifest.descriptor.digest().equals(root)) {
                while (levels.size() <= manifest.height) {
                    levels.add(new ArrayList<>());
                }
                levels.get(manifest.height).add(manifest);
            }
        }
        return levels;
    }

    /** Blobs of which the destination's manifest shows without a question that they are there. */
    int blobsPresent() {
        return blobsPresent;
    }

    /** Gives the height above the deepest manifest; 0 for a manifest. */
    private int visit(Descriptor descriptor, byte[] bytes, int depth) {
        CancelledException.throwIfInterrupted("reading the manifests of " + source.name());
        PlannedManifest known = manifests.get(descriptor.digest());
        if (known != null) {
            return known.height;
        }
        if (depth > MAX_DEPTH || manifests.size() >= MAX_MANIFESTS) {
            throw new InvalidContentException("The image " + source.name() + " nests indexes more than " + MAX_DEPTH
                    + " deep or has more than " + MAX_MANIFESTS + " manifests");
        }
        boolean present = destination.hasManifest(descriptor);
        int height = 0;
        if (MediaTypes.isIndex(descriptor.mediaType())) {
            ImageIndex index = ImageIndex.parse(bytes, descriptor.mediaType());
            for (Descriptor child : index.manifests()) {
                height = Math.max(height, 1 + visitEntry(child, depth + 1, present));
            }
        } else {
            visitImage(Manifest.parse(bytes, descriptor.mediaType()), present);
        }
        if (!present) {
            manifests.put(descriptor.digest(), new PlannedManifest(descriptor, bytes, height));
        }
        visitReferrers(descriptor, depth);
        return height;
    }

    private int visitEntry(Descriptor child, int depth, boolean present) {
        boolean document = MediaTypes.isIndex(child.mediaType()) || MediaTypes.isManifest(child.mediaType());
        if (present || (document && destination.hasManifest(child))) {
            visitReferrers(child, depth);
            return 0;
        }
        if (!document) {
            // The specification lets an index name anything; what is no manifest is content like any other.
            blobs.putIfAbsent(child.digest(), child);
            return 0;
        }
        return visit(child, source.manifest(child), depth);
    }

    private void visitImage(Manifest manifest, boolean present) {
        List<Descriptor> content = new ArrayList<>(manifest.layers());
        content.add(manifest.config());
        for (Descriptor blob : content) {
            boolean foreign = MediaTypes.isNondistributable(blob.mediaType())
                    && !blob.urls().isEmpty();
            if (present || foreign) {
                blobsPresent++;
            } else {
                blobs.putIfAbsent(blob.digest(), blob);
            }
        }
    }

    private void visitReferrers(Descriptor subject, int depth) {
        if (!referrers) {
            return;
        }
        for (Descriptor referrer : source.referrers(subject.digest())) {
            if (!manifests.containsKey(referrer.digest())) {
                visit(referrer, source.manifest(referrer), depth + 1);
            }
        }
    }

    /** @param height of the subtree that it names; lower ones are stored first */
    record PlannedManifest(Descriptor descriptor, byte[] bytes, int height) {}
}
