package io.sandboximage.image;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names an image in a registry: {@code registry/repository[:tag][@digest]}, by the grammar of the distribution project's
 * reference package, with Docker Hub's short names written out: {@code ubuntu} is
 * {@code docker.io/library/ubuntu:latest}.
 *
 * @param registry host with optional port, as users write it; {@code docker.io} for Docker Hub
 * @param repository path below the registry
 * @param tag tag; set to {@code latest} where neither tag nor digest was given
 * @param digest digest of the manifest; wins over the tag when both are given
 */
public record ImageReference(String registry, String repository, Optional<String> tag, Optional<Digest> digest) {
    public static final String DOCKER_HUB = "docker.io";

    private static final String OFFICIAL = "library/";
    private static final String ALNUM = "[a-z0-9]+";
    private static final String PATH_COMPONENT = ALNUM + "(?:(?:\\.|_|__|-+)" + ALNUM + ")*";
    private static final Pattern REPOSITORY = Pattern.compile(PATH_COMPONENT + "(?:/" + PATH_COMPONENT + ")*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final String DOMAIN_COMPONENT = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final Pattern REGISTRY = Pattern.compile(
            "(?:" + DOMAIN_COMPONENT + "(?:\\." + DOMAIN_COMPONENT + ")*|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?");
    private static final Pattern HEX_ID = Pattern.compile("[a-f0-9]{64}");
    private static final int MAX_NAME = 255;
    private static final int MAX_TEXT = MAX_NAME + 1 + 128 + 1 + 7 + 128;

    /** @throws InvalidRequestException if a part breaks the grammar */
    public ImageReference {
        check(REGISTRY, registry, "registry host");
        check(REPOSITORY, repository, "repository (lower-case letters, digits and . _ - between them)");
        tag.ifPresent(t -> check(TAG, t, "tag (up to 128 letters, digits, _ . -)"));
        if (registry.length() + 1 + repository.length() > MAX_NAME) {
            throw new InvalidRequestException(
                    "The image name \"" + registry + "/" + repository + "\" has more than " + MAX_NAME + " characters");
        }
    }

    /**
     * Parses a reference as {@code docker pull} takes it.
     *
     * @throws InvalidRequestException with the part that is wrong
     */
    public static ImageReference parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw new InvalidRequestException("An image reference of " + text.length() + " characters is not valid");
        }
        if (HEX_ID.matcher(text).matches()) {
            throw new InvalidRequestException("\"" + text + "\" is an image ID, not a name: write repository@sha256:"
                    + text.substring(0, 8) + "…");
        }
        String rest = text;
        Optional<Digest> digest = Optional.empty();
        int at = rest.indexOf('@');
        if (at >= 0) {
            try {
                digest = Optional.of(Digest.parse(rest.substring(at + 1)));
            } catch (InvalidContentException e) {
                throw new InvalidRequestException("\"" + text + "\" is not an image reference: " + e.getMessage(), e);
            }
            rest = rest.substring(0, at);
        }
        Optional<String> tag = Optional.empty();
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = Optional.of(rest.substring(colon + 1));
            rest = rest.substring(0, colon);
        }
        String registry = DOCKER_HUB;
        int slash = rest.indexOf('/');
        if (slash > 0 && looksLikeHost(rest.substring(0, slash))) {
            registry = rest.substring(0, slash);
            rest = rest.substring(slash + 1);
        }
        if (registry.equals("index.docker.io")) {
            registry = DOCKER_HUB;
        }
        if (registry.equals(DOCKER_HUB) && rest.indexOf('/') < 0) {
            rest = OFFICIAL + rest;
        }
        if (tag.isEmpty() && digest.isEmpty()) {
            tag = Optional.of("latest");
        }
        try {
            return new ImageReference(registry, rest, tag, digest);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException("\"" + text + "\" is not an image reference: " + e.getMessage(), e);
        }
    }

    public ImageReference withTag(String newTag) {
        return new ImageReference(registry, repository, Optional.of(newTag), Optional.empty());
    }

    /** The same repository by digest alone. */
    public ImageReference withDigest(Digest newDigest) {
        return new ImageReference(registry, repository, Optional.empty(), Optional.of(newDigest));
    }

    /** What a registry is asked for: the digest where there is one, else the tag. */
    public String manifestKey() {
        return digest.map(Digest::toString).or(() -> tag).orElse("latest");
    }

    /** As Docker shows it: Docker Hub's own parts left out, where what remains still names the same image. */
    public String familiar() {
        if (!registry.equals(DOCKER_HUB)) {
            return toString();
        }
        String path = repository;
        if (path.startsWith(OFFICIAL) && path.indexOf('/', OFFICIAL.length()) < 0) {
            path = path.substring(OFFICIAL.length());
        }
        int slash = path.indexOf('/');
        if (slash > 0 && looksLikeHost(path.substring(0, slash))) {
            return toString();
        }
        return path + suffix();
    }

    private String suffix() {
        return tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
    }

    @Override
    public String toString() {
        return registry + "/" + repository + suffix();
    }

    private static boolean looksLikeHost(String part) {
        return part.contains(".")
                || part.contains(":")
                || part.equals("localhost")
                || part.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
    }

    private static void check(Pattern pattern, String value, String what) {
        Matcher matcher = pattern.matcher(value);
        if (!matcher.matches()) {
            throw new InvalidRequestException("\"" + value + "\" is not a valid " + what);
        }
    }
}
