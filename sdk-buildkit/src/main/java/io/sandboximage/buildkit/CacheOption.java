package io.sandboximage.buildkit;

import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A place to import build cache from or to export it to.
 *
 * @param type {@code registry}, {@code local}, {@code inline}, {@code gha}, {@code s3} or {@code azblob}
 * @param attributes as {@code docker buildx build --cache-from} and {@code --cache-to} take them
 */
public record CacheOption(String type, Map<String, String> attributes) {
    public CacheOption {
        if (type.isEmpty()) {
            throw new InvalidRequestException("A cache needs a type: registry, local, inline, gha, s3 or azblob");
        }
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /**
     * Parses what users write after {@code --cache-from} and {@code --cache-to}: {@code type=…,key=value}, or image references
     * separated by commas.
     *
     * @throws InvalidRequestException if it is neither
     */
    public static List<CacheOption> parse(String text) {
        List<CacheOption> options = new ArrayList<>();
        List<String> fields = OptionText.fields(text);
        if (fields.stream().noneMatch(field -> field.contains("="))) {
            fields.stream().filter(field -> !field.isEmpty()).forEach(field -> options.add(registry(field)));
            return options;
        }
        Map<String, String> attributes = OptionText.attributes(fields, text);
        String type = attributes.remove("type");
        if (type == null || type.isEmpty()) {
            throw new InvalidRequestException(
                    "The cache \"" + text + "\" needs a type: registry, local, inline, gha, s3 or azblob");
        }
        return List.of(new CacheOption(type, attributes));
    }

    /** A cache image in a registry. */
    public static CacheOption registry(String reference) {
        return new CacheOption("registry", Map.of("ref", reference));
    }

    /** Cache inside the image itself; only for exports, and imported as {@link #registry} of the image. */
    public static CacheOption inline() {
        return new CacheOption("inline", Map.of());
    }

    /** An OCI layout to import from; its tag {@code latest} unless an attribute {@code tag} or {@code digest} says otherwise. */
    public static CacheOption localSource(String directory) {
        return new CacheOption("local", Map.of("src", directory));
    }

    /** An OCI layout to export to, under the tag {@code latest} unless an attribute {@code tag} says otherwise. */
    public static CacheOption localTarget(String directory) {
        return new CacheOption("local", Map.of("dest", directory));
    }

    /** The same with one more attribute, for instance {@code mode} as {@code max}. */
    public CacheOption with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(attributes);
        more.put(name, value);
        return new CacheOption(type, more);
    }

    /** Attributes may hold tokens, so they do not show. */
    @Override
    public String toString() {
        return "CacheOption[" + type + "]";
    }
}
