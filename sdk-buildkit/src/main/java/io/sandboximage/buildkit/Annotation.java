package io.sandboximage.buildkit;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An OCI annotation of what is built.
 *
 * @param place which document gets it
 * @param platform only the manifest of this platform; without it all
 */
public record Annotation(Place place, Optional<Platform> platform, String key, String value) {
    private static final Pattern PREFIX = Pattern.compile("([a-z-]+)(?:\\[([A-Za-z0-9_/-]+)])?");

    /** The document that an annotation stands in. */
    public enum Place {
        MANIFEST,
        /** The entry of the manifest in the index. */
        MANIFEST_DESCRIPTOR,
        INDEX,
        /** The entry of the index in the layout. */
        INDEX_DESCRIPTOR;

        private String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public Annotation {
        if (key.isEmpty()) {
            throw new InvalidRequestException("An annotation needs a key");
        }
        if (platform.isPresent() && place != Place.MANIFEST && place != Place.MANIFEST_DESCRIPTOR) {
            throw new InvalidRequestException("The annotation " + key + " cannot be for " + platform.get()
                    + " alone: an index is for all platforms. Leave the platform out, or annotate the manifest");
        }
    }

    /** An annotation of every manifest. */
    public static Annotation of(String key, String value) {
        return new Annotation(Place.MANIFEST, Optional.empty(), key, value);
    }

    /**
     * Parses what users write after {@code --annotation}: {@code key=value}, or with places before it,
     * {@code index,manifest[linux/amd64]:key=value}.
     */
    public static List<Annotation> parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new InvalidRequestException("The annotation \"" + text + "\" is not of the form key=value");
        }
        String key = text.substring(0, equals);
        String value = text.substring(equals + 1);
        int colon = key.indexOf(':');
        if (colon < 0) {
            return List.of(of(key, value));
        }
        List<Annotation> annotations = new ArrayList<>();
        for (String prefix : key.substring(0, colon).split(",", -1)) {
            Matcher matcher = PREFIX.matcher(prefix);
            if (!matcher.matches()) {
                throw new InvalidRequestException("In the annotation \"" + text + "\", \"" + prefix
                        + "\" is no place: write for instance manifest or manifest[linux/amd64]");
            }
            annotations.add(new Annotation(
                    place(matcher.group(1), text),
                    Optional.ofNullable(matcher.group(2)).map(Platform::parse),
                    key.substring(colon + 1),
                    value));
        }
        return annotations;
    }

    /** The exporter's attribute for it. */
    String attribute() {
        String only = platform.map(p -> "[" + p + "]").orElse("");
        return "annotation-" + place.text() + only + "." + key;
    }

    private static Place place(String name, String text) {
        for (Place place : Place.values()) {
            if (place.text().equals(name)) {
                return place;
            }
        }
        throw new InvalidRequestException("In the annotation \"" + text + "\", \"" + name
                + "\" is no place: write manifest, manifest-descriptor, index or index-descriptor");
    }
}
