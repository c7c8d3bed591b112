package io.sandboximage.buildkit;

import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.internal.io.BlobDirectory;
import io.sandboximage.layout.OciLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Contexts beside the main one, by which Dockerfiles name directories, repositories and images. */
final class NamedContexts {
    private static final String LAYOUT = "oci-layout://";
    private static final Pattern LAYOUT_REFERENCE =
            Pattern.compile("(.+?)(?::([\\w][\\w.-]{0,127}))?(?:@([a-z0-9]+:[0-9a-f]+))?");
    private static final String DEFAULT_TAG = "latest";

    private final Map<String, Context> contexts = new LinkedHashMap<>();

    private sealed interface Context {
        /** The daemon gets it by itself. */
        record Remote(String value) implements Context {}

        record Directory(Path path) implements Context {}

        record Layout(Path path, Optional<String> tag, Optional<Digest> digest) implements Context {}
    }

    /** What users write after {@code --build-context name=}. */
    void add(String name, String value) {
        if (value.startsWith(LAYOUT)) {
            contexts.put(normalised(name), layout(value));
        } else if (value.startsWith("docker-image://")
                || value.startsWith("target:")
                || value.startsWith("input:")
                || RemoteAddress.matches(value)) {
            contexts.put(normalised(name), new Context.Remote(value));
        } else {
            add(name, Path.of(value));
        }
    }

    void add(String name, Path directory) {
        contexts.put(normalised(name), new Context.Directory(directory));
    }

    void addLayout(String name, Path layout, Optional<String> tag, Optional<Digest> digest) {
        contexts.put(normalised(name), new Context.Layout(layout, tag, digest));
    }

    void applyTo(SolveRequest.Builder request) {
        if (!contexts.isEmpty()) {
            // An old frontend would ignore the contexts and build something else.
            request.requires("moby.buildkit.frontend.contexts+forward");
        }
        int number = 0;
        for (Map.Entry<String, Context> entry : contexts.entrySet()) {
            String option = "context:" + entry.getKey();
            Context context = entry.getValue();
            if (context instanceof Context.Remote remote) {
                request.option(option, remote.value);
                if (RemoteAddress.isGitWithQuery(remote.value)) {
                    request.requires("moby.buildkit.frontend.gitquerystring+forward");
                }
            } else if (context instanceof Context.Directory directory) {
                BuildInput.requireDirectory(directory.path, "The context \"" + entry.getKey() + "\",");
                String local =
                        entry.getKey().equals("context") || entry.getKey().equals("dockerfile")
                                ? "_" + entry.getKey()
                                : entry.getKey();
                request.directory(local, directory.path).option(option, "local:" + local);
            } else if (context instanceof Context.Layout layout) {
                String store = "layout" + number++;
                request.layout(store, layout.path)
                        .option(option, LAYOUT + store + "@" + digest(entry.getKey(), layout));
            }
        }
    }

    /** As the frontend compares them: {@code docker.io/library/alpine:latest} is {@code alpine}. */
    private static String normalised(String name) {
        String familiar;
        try {
            familiar = ImageReference.parse(name).familiar();
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(
                    "The context name \"" + name + "\" is not valid: it must read like the name"
                            + " of an image or stage, in lower case",
                    e);
        }
        String latest = ":" + DEFAULT_TAG;
        return familiar.endsWith(latest) ? familiar.substring(0, familiar.length() - latest.length()) : familiar;
    }

    private static Context.Layout layout(String value) {
        Matcher matcher = LAYOUT_REFERENCE.matcher(value.substring(LAYOUT.length()));
        if (!matcher.matches()) {
            throw new InvalidRequestException(
                    "\"" + value + "\" is no OCI layout: write " + LAYOUT + "DIRECTORY[:TAG][@DIGEST]");
        }
        try {
            return new Context.Layout(
                    Path.of(matcher.group(1)),
                    Optional.ofNullable(matcher.group(2)),
                    Optional.ofNullable(matcher.group(3)).map(Digest::parse));
        } catch (InvalidContentException e) {
            throw new InvalidRequestException("\"" + value + "\" is no OCI layout: " + e.getMessage(), e);
        }
    }

    /** The daemon wants a digest; tags are looked up in the layout's index here, the tag {@code latest} or the only image. */
    private static Digest digest(String name, Context.Layout layout) {
        BlobDirectory blobs = new BlobDirectory(layout.path, LAYOUT + layout.path);
        Digest digest = layout.digest.orElseGet(() -> lookUp(name, layout).digest());
        if (!Files.isRegularFile(blobs.path(digest))) {
            throw new InvalidRequestException(
                    "The context \"" + name + "\": the OCI layout " + layout.path + " does not hold " + digest);
        }
        return digest;
    }

    private static Descriptor lookUp(String name, Context.Layout layout) {
        try (ImageSource tagged = OciLayout.source(layout.path, layout.tag.orElse(DEFAULT_TAG))) {
            return tagged.descriptor();
        } catch (NotFoundException e) {
            if (layout.tag.isPresent()) {
                throw unresolved(name, e);
            }
        }
        try (ImageSource only = OciLayout.source(layout.path)) {
            return only.descriptor();
        } catch (NotFoundException | InvalidRequestException e) {
            throw unresolved(name, e);
        }
    }

    private static InvalidRequestException unresolved(String name, RuntimeException cause) {
        return new InvalidRequestException(
                "The context \"" + name + "\" cannot be resolved: " + cause.getMessage(), cause);
    }
}
