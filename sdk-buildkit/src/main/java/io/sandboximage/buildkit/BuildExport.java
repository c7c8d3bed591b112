package io.sandboximage.buildkit;

import io.sandboximage.docker.ImageStoreKind;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is made of a build's result, and where it goes. Immutable.
 *
 * @param type the daemon's name of the exporter, for instance {@code oci}
 * @param attributes the exporter's attributes as {@code docker buildx build --output} takes them
 */
public record BuildExport(String type, Map<String, String> attributes, Target target) {
    public BuildExport {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /** Where the bytes go. */
    public sealed interface Target {
        /** They stay with the daemon, or it pushes them. */
        record None() implements Target {}

        /** Files into a directory, over what is there. */
        record Directory(Path path) implements Target {}

        /** One file, which appears whole or not at all. */
        record File(Path path) implements Target {}

        /** A stream that the caller closes. */
        record Stream(OutputStream stream) implements Target {}

        /** An OCI image layout; blobs that it has already are not sent. */
        record Layout(Path path, Optional<String> tag) implements Target {}
    }

    /**
     * Parses what users write after {@code --output}: a directory, {@code -}, or {@code type=…,key=value} with {@code local},
     * {@code tar}, {@code oci}, {@code docker}, {@code image} and {@code registry}, which is an image that is pushed.
     *
     * @param standardOutput where archives go that name no other place; the caller closes it
     * @throws io.sandboximage.error.InvalidRequestException if it is none of these
     */
    public static BuildExport parse(String text, OutputStream standardOutput) {
        return ExportText.parse(text, standardOutput);
    }

    /** The files of the result into a directory. */
    public static BuildExport directory(Path path) {
        return new BuildExport("local", Map.of(), new Target.Directory(path));
    }

    /** The files of the result as one tar. */
    public static BuildExport tar(Path file) {
        return new BuildExport("tar", Map.of(), new Target.File(file));
    }

    /** The image as an OCI archive. */
    public static BuildExport ociArchive(Path file) {
        return new BuildExport("oci", Map.of(), new Target.File(file));
    }

    /** The image as an archive that {@code docker load} takes. */
    public static BuildExport dockerArchive(Path file) {
        return new BuildExport("docker", Map.of(), new Target.File(file));
    }

    /** The image into an OCI layout; only blobs that it lacks are transferred. */
    public static BuildExport ociLayout(Path directory) {
        return new BuildExport("oci", Map.of("tar", "false"), new Target.Layout(directory, Optional.empty()));
    }

    /** The same under a tag, in place of what had the tag before. */
    public static BuildExport ociLayout(Path directory, String tag) {
        return new BuildExport("oci", Map.of("tar", "false"), new Target.Layout(directory, Optional.of(tag)));
    }

    /** The image into the daemon's own store. */
    public static BuildExport image() {
        return new BuildExport("image", Map.of(), new Target.None());
    }

    /**
     * The same for an engine on the daemon's machine, with new layers packed so that both have the least to do: not at all for
     * Docker's own store, which only unpacks them; at gzip's fastest for containerd's, which keeps and pushes them as they come.
     * Layers that the daemon has packed stay so, and it pushes the new ones so until a push asks for {@code force-compression};
     * so this is not for builds that go to registries too.
     */
    public BuildExport forLoading(ImageStoreKind store) {
        return switch (store) {
            case CLASSIC -> attribute("compression", "uncompressed");
            case CONTAINERD -> attribute("compression", "gzip").attribute("compression-level", "1");
        };
    }

    /** The same with one more attribute, for instance {@code name} or {@code push}. */
    public BuildExport attribute(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(attributes);
        more.put(name, value);
        return new BuildExport(type, more, target);
    }

    /** The same bytes into a stream; for exporters that make one file. */
    public BuildExport to(OutputStream stream) {
        return new BuildExport(type, attributes, new Target.Stream(stream));
    }
}
