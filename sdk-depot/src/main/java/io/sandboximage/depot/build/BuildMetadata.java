package io.sandboximage.depot.build;

import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.image.Descriptor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The file that tells other programs what was built. */
final class BuildMetadata {
    /** The machine's lease, which is nobody's business and over when the file is written. */
    private static final String LEASE = "depot/session.id";

    private BuildMetadata() {}

    static Map<String, Object> of(DepotBuildResult result) {
        Map<String, Object> metadata = new TreeMap<>();
        result.solves().values().stream().findFirst().map(SolveResult::metadata).ifPresent(metadata::putAll);
        metadata.remove(LEASE);
        metadata.remove(ExportedImage.PROPERTY);
        if (result.solves().size() > 1) {
            result.descriptor().ifPresent(index -> {
                metadata.put("containerimage.digest", index.digest().toString());
                metadata.put("containerimage.descriptor", json(index));
            });
        }
        List<ExportedImage> images = result.images();
        if (!images.isEmpty()) {
            metadata.put(
                    "manifests",
                    images.stream().map(ExportedImage::manifestJson).toList());
            metadata.put(
                    "imageConfigs",
                    images.stream().map(ExportedImage::configJson).toList());
        }
        Map<String, Object> build = new LinkedHashMap<>();
        build.put("buildID", result.buildId());
        build.put("projectID", result.projectId());
        metadata.put("depot.build", build);
        return Collections.unmodifiableMap(metadata);
    }

    private static Map<String, Object> json(Descriptor index) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mediaType", index.mediaType());
        json.put("digest", index.digest().toString());
        json.put("size", index.sizeBytes());
        return json;
    }
}
