package io.sandboximage.buildkit;

import io.sandboximage.ImageSource;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.OwnedSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a build makes, with all its blobs, as an OCI layout on this machine. */
record WholeImage(BuildKitClient client, DockerfileBuild build, Optional<Path> layout) {
    /** @return in a layout of its own, which goes when the image is closed, unless one was given */
    ImageSource open(ProgressTask progress) {
        if (layout.isPresent()) {
            return buildInto(layout.get(), progress);
        }
        TemporaryDirectory temporary = TemporaryDirectory.create("build-");
        try {
            return new OwnedSource(buildInto(temporary.path(), progress), temporary::close);
        } catch (RuntimeException e) {
            temporary.close();
            throw e;
        }
    }

    private ImageSource buildInto(Path directory, ProgressTask progress) {
        SolveResult result = client.solve(build.toRequest(List.of(BuildExport.ociLayout(directory))), progress);
        // By its root and not by a tag: other builds may write into the same layout, and tags would pile up.
        return OciLayout.source(directory, result.descriptor().orElseThrow());
    }
}
