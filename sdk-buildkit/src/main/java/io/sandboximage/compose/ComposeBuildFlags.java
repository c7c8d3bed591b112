package io.sandboximage.compose;

import java.util.List;
import java.util.Optional;

/**
 * Options of compose's {@code build}.
 *
 * @param buildArgs as {@code NAME=VALUE}, or {@code NAME} for the environment's value
 * @param ssh as compose takes it, {@code default} or {@code ID=PATH}
 */
record ComposeBuildFlags(
        List<String> buildArgs,
        Optional<String> ssh,
        Optional<String> progress,
        boolean quiet,
        boolean pull,
        boolean noCache,
        boolean withDependencies) {
    static ComposeBuildFlags of(ComposeOptions.Read read) {
        return new ComposeBuildFlags(
                read.all("--build-arg"),
                read.last("--ssh"),
                read.last("--progress"),
                read.isSet("--quiet"),
                read.isSet("--pull"),
                read.isSet("--no-cache"),
                read.isSet("--with-dependencies"));
    }
}
