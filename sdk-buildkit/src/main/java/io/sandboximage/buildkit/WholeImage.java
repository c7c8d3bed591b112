package io.sandboximage.buildkit;

import io.sandboximage.ImageSource;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.OwnedSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a build makes, with all its blobs, as an OCI layout on this machine.
 *
 * @param request the build with another export
 */
record WholeImage(BuildKitClient client, Function<BuildExport, SolveRequest> request, Optional<Path> layout) {
    static WholeImage of(BuildKitClient client, DockerfileBuild build, Optional<Path> layout) {
        return new WholeImage(client, export -> build.toRequest(List.of(export)), layout);
    }

    static WholeImage of(BuildKitClient client, SolveRequest build) {
        return new WholeImage(
                client, export -> build.newBuilder().exports(List.of(export)).build(), Optional.empty());
    }

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

    /** The image where the daemon holds it; this one where it does not. */
    ImageSource orWhereItWasBuilt(SolveResult result) {
        return result.descriptor().isEmpty()
                ? open(ProgressTask.silent())
                : client.image(result).orElse(() -> open(ProgressTask.silent()));
    }

    private ImageSource buildInto(Path directory, ProgressTask progress) {
        SolveResult result = client.solve(request.apply(BuildExport.ociLayout(directory)), progress);
        // By its root and not by a tag: other builds may write into the same layout, and tags would pile up.
        return OciLayout.source(directory, result.descriptor().orElseThrow());
    }
}
