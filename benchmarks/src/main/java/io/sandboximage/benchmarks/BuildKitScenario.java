package io.sandboximage.benchmarks;

import io.sandboximage.buildkit.SolveRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One thing that both clients ask the daemon for.
 *
 * @param cold whether the daemon forgets everything before each run
 * @param ours made anew for each run
 * @param buildctl arguments after the address
 * @param standardInput for buildctl
 * @param outputs what either writes, removed before each run
 */
record BuildKitScenario(
        String name,
        boolean cold,
        Supplier<SolveRequest> ours,
        List<String> buildctl,
        Optional<Path> standardInput,
        List<Path> outputs) {}
