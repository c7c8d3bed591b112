package io.sandboximage.buildkit.internal.filesync;

import java.util.List;

/**
 * Which files of a directory a daemon asks for.
 *
 * @param includes patterns of which one must match; empty for all
 * @param excludes patterns of which the last that matches decides
 * @param followPaths paths to include together with what their symlinks lead to
 */
public record FileFilter(List<String> includes, List<String> excludes, List<String> followPaths) {
    public FileFilter {
        includes = List.copyOf(includes);
        excludes = List.copyOf(excludes);
        followPaths = List.copyOf(followPaths);
    }
}
