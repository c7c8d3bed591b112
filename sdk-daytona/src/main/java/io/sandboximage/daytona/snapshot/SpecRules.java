package io.sandboximage.daytona.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What Daytona takes as names and images, and where this client is stricter because the server's answer would mislead. */
final class SpecRules {
    /** The server answers requests above about 100 kB with a misleading 404; the rest of the request needs some, too. */
    private static final int MAX_DOCKERFILE_BYTES = 90_000;

    private static final String SEGMENT = "[A-Za-z0-9_.:-]+";
    private static final Pattern NAME = Pattern.compile(SEGMENT + "(?:/" + SEGMENT + ")*(?:@sha256:[a-f0-9]{64})?");
    private static final Pattern IMAGE = Pattern.compile(SEGMENT + "(?:/" + SEGMENT + ")*(?:@sha256:[a-f0-9]{64})?");

    private SpecRules() {}

    static List<String> problems(
            String name,
            SnapshotContent content,
            Optional<SnapshotResources> resources,
            List<String> entrypoint,
            Optional<String> gpuType) {
        List<String> problems = new ArrayList<>();
        if (!NAME.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            problems.add("the name may have letters, digits, '_', '.', '-', ':' and single slashes between them");
        } else if (name.toLowerCase(Locale.ROOT).startsWith("www.")) {
            problems.add("the name looks like a web address, which Daytona refuses");
        }
        if (content instanceof SnapshotContent.Image image) {
            checkImage(image.reference(), problems);
        }
        if (content instanceof SnapshotContent.Dockerfile dockerfile) {
            checkDockerfile(dockerfile, entrypoint, problems);
        }
        if (gpuType.isPresent() && resources.map(SnapshotResources::gpu).orElse(0) == 0) {
            problems.add("the GPU type " + gpuType.get() + " needs a GPU in the resources");
        }
        return problems;
    }

    static List<String> warnings(SnapshotContent content) {
        List<String> warnings = new ArrayList<>();
        if (content instanceof SnapshotContent.Image image) {
            String reference = image.reference();
            if (reference.indexOf('@') >= 0) {
                warnings.add("Daytona does not pull " + reference
                        + " by its digest but by a tag that it makes of it, which registries do not have: use a tag");
            }
            if (!withoutTag(reference).equals(withoutTag(reference).toLowerCase(Locale.ROOT))) {
                warnings.add("the image " + reference + " has upper-case letters, which registries refuse");
            }
        }
        return List.copyOf(warnings);
    }

    private static void checkImage(String reference, List<String> problems) {
        if (!IMAGE.matcher(reference).matches()) {
            problems.add("\"" + reference + "\" is not an image reference, for instance ghcr.io/acme/sandbox:1.0");
            return;
        }
        boolean digest = reference.indexOf('@') >= 0;
        String tag = tag(digest ? reference.substring(0, reference.indexOf('@')) : reference);
        if (tag.isEmpty() && !digest) {
            problems.add("the image \"" + reference + "\" has no tag, and Daytona guesses none: add one, such as :1.0");
        }
        if (tag.toLowerCase(Locale.ROOT).equals("latest")) {
            problems.add("the image \"" + reference
                    + "\" has the tag latest, which Daytona refuses because it moves: use another one");
        }
    }

    private static void checkDockerfile(
            SnapshotContent.Dockerfile dockerfile, List<String> entrypoint, List<String> problems) {
        if (dockerfile.text().isBlank()) {
            problems.add("the Dockerfile is empty");
        }
        int bytes = dockerfile.text().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_DOCKERFILE_BYTES) {
            problems.add("the Dockerfile has " + bytes + " bytes, and Daytona takes about " + MAX_DOCKERFILE_BYTES
                    + ": move long texts into files of the context");
        }
        if (!entrypoint.isEmpty()) {
            problems.add("a Dockerfile says its ENTRYPOINT itself: write it there");
        }
    }

    private static String tag(String reference) {
        int colon = reference.lastIndexOf(':');
        return colon > reference.lastIndexOf('/') ? reference.substring(colon + 1) : "";
    }

    private static String withoutTag(String reference) {
        String tag = tag(reference);
        return tag.isEmpty() ? reference : reference.substring(0, reference.length() - tag.length() - 1);
    }
}
