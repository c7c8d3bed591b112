package io.sandboximage.daytona.snapshot;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Local files for a Dockerfile that Daytona builds; immutable, each step gives a new value. Their names in the context are their
 * paths below {@code directory}, which is what COPY and ADD must name. A file {@code .dockerignore} in the directory is obeyed.
 *
 * @param directory the root of the context
 * @param paths files and directories below it that are sent; empty for all
 * @param excludes patterns of what is left out, in the manner of {@code .dockerignore} and after its own: {@code *}, {@code ?} and
 *     {@code **}, relative to the directory; a directory that fits is left out with all that is in it, a leading {@code !} makes an
 *     exception, and the last pattern that fits decides
 * @param followLinks whether symbolic links become what they point to; otherwise they are refused, because Daytona's builder makes
 *     empty files of them
 */
public record BuildContext(Path directory, List<String> paths, List<String> excludes, boolean followLinks) {
    public BuildContext {
        paths = List.copyOf(paths);
        excludes = List.copyOf(excludes);
    }

    /** All files below a directory. */
    public static BuildContext of(Path directory) {
        return new BuildContext(directory, List.of(), List.of(), false);
    }

    /** Sends only this file or directory, and what else is named so. */
    public BuildContext only(String path) {
        return new BuildContext(directory, plus(paths, path), excludes, followLinks);
    }

    /** Leaves out what fits the pattern. */
    public BuildContext exclude(String pattern) {
        return new BuildContext(directory, paths, plus(excludes, pattern), followLinks);
    }

    /** Sends what symbolic links point to in their place. */
    public BuildContext followingLinks() {
        return new BuildContext(directory, paths, excludes, true);
    }

    private static List<String> plus(List<String> list, String more) {
        List<String> all = new ArrayList<>(list);
        all.add(more);
        return all;
    }
}
