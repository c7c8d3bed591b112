package io.sandboximage.compose;

import java.util.List;
import java.util.Optional;

/**
 * Options that stand before compose's command.
 *
 * @param files in order; a dash is standard input
 */
record ComposeGlobals(
        List<String> files,
        Optional<String> projectName,
        Optional<String> projectDirectory,
        List<String> envFiles,
        List<String> profiles,
        Optional<String> progress,
        boolean compatibility) {
    static final String STANDARD_INPUT = "-";

    static ComposeGlobals of(ComposeOptions.Read read) {
        return new ComposeGlobals(
                read.all("--file"),
                read.last("--project-name"),
                read.last("--project-directory"),
                read.all("--env-file"),
                read.all("--profile"),
                read.last("--progress"),
                read.isSet("--compatibility"));
    }
}
