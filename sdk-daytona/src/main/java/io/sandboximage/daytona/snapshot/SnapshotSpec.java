package io.sandboximage.daytona.snapshot;

import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot to make; immutable, each step gives a new value.
 *
 * @param name letters, digits, {@code _ . - :} in segments joined by single slashes
 * @param content what it is made from
 * @param resources of its sandboxes; empty for the server's own (1 CPU, 1 GB, 3 GB)
 * @param entrypoint what its sandboxes run; empty to leave it to the image. Not for Dockerfiles, which say it themselves
 * @param region where it is made; empty for the organisation's own
 * @param sandboxClass for instance {@code container} or {@code linux-vm}; empty for the server's own
 * @param gpuType for instance {@code H100}; needs a GPU in the resources
 */
public record SnapshotSpec(
        String name,
        SnapshotContent content,
        Optional<SnapshotResources> resources,
        List<String> entrypoint,
        Optional<String> region,
        Optional<String> sandboxClass,
        Optional<String> gpuType) {
    public SnapshotSpec {
        entrypoint = List.copyOf(entrypoint);
    }

    /** From an image that Daytona pulls. */
    public static SnapshotSpec image(String name, String reference) {
        return of(name, new SnapshotContent.Image(reference));
    }

    /** From an image that is here. */
    public static SnapshotSpec local(String name, ImageSource source) {
        return of(name, new SnapshotContent.Local(source));
    }

    /** From a Dockerfile that needs no local files. */
    public static SnapshotSpec dockerfile(String name, String text) {
        return of(name, new SnapshotContent.Dockerfile(text, Optional.empty()));
    }

    /** From a Dockerfile and the files that it copies. */
    public static SnapshotSpec dockerfile(String name, String text, BuildContext context) {
        return of(name, new SnapshotContent.Dockerfile(text, Optional.of(context)));
    }

    /** From a Dockerfile and all files below a directory. */
    public static SnapshotSpec dockerfile(String name, String text, Path context) {
        return dockerfile(name, text, BuildContext.of(context));
    }

    private static SnapshotSpec of(String name, SnapshotContent content) {
        return new SnapshotSpec(
                name, content, Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The same under another name. */
    public SnapshotSpec name(String newName) {
        return new SnapshotSpec(newName, content, resources, entrypoint, region, sandboxClass, gpuType);
    }

    public SnapshotSpec resources(int cpu, int memoryGb, int diskGb) {
        return resources(SnapshotResources.of(cpu, memoryGb, diskGb));
    }

    public SnapshotSpec resources(SnapshotResources newResources) {
        return new SnapshotSpec(name, content, Optional.of(newResources), entrypoint, region, sandboxClass, gpuType);
    }

    public SnapshotSpec entrypoint(List<String> command) {
        return new SnapshotSpec(name, content, resources, command, region, sandboxClass, gpuType);
    }

    public SnapshotSpec region(String newRegion) {
        return new SnapshotSpec(name, content, resources, entrypoint, Optional.of(newRegion), sandboxClass, gpuType);
    }

    public SnapshotSpec sandboxClass(String newClass) {
        return new SnapshotSpec(name, content, resources, entrypoint, region, Optional.of(newClass), gpuType);
    }

    public SnapshotSpec gpuType(String type) {
        return new SnapshotSpec(name, content, resources, entrypoint, region, sandboxClass, Optional.of(type));
    }

    /** What Daytona would refuse, or do other than is meant; for people. Nothing that is wrong is ever sent. */
    public List<String> problems() {
        return SpecRules.problems(name, content, resources, entrypoint, gpuType);
    }

    /** @throws InvalidRequestException if there are {@link #problems()}; the message lists all of them */
    public SnapshotSpec checked() {
        List<String> problems = problems();
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(
                    "The snapshot \"" + name + "\" is not possible: " + String.join("; ", problems));
        }
        return this;
    }

    /** What is allowed but seldom meant; for people. */
    public List<String> warnings() {
        return SpecRules.warnings(content);
    }
}
