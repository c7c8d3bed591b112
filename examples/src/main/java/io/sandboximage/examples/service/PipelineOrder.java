package io.sandboximage.examples.service;

import io.sandboximage.error.InvalidRequestException;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a client asks for. Clients say names and never paths: {@code context} is a folder right below the service's own, and images go
 * into the service's registry alone.
 *
 * @param context for instance {@code web}
 * @param dockerfile in the context
 * @param image repository and tag in the service's registry, for instance {@code acme/web:1}
 * @param ext4 whether to write a bootable file system too
 */
record PipelineOrder(String context, String dockerfile, String image, boolean ext4) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Pattern IMAGE =
            Pattern.compile("[a-z0-9][a-z0-9._/-]{0,199}(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?");

    /** @throws InvalidRequestException if a value cannot be meant */
    PipelineOrder {
        require(NAME, "context", context);
        require(NAME, "dockerfile", dockerfile);
        require(IMAGE, "image", image);
    }

    /** @throws InvalidRequestException if it is no JSON object of such values */
    static PipelineOrder parse(byte[] body) {
        Map<?, ?> json = JsonLine.parse(body);
        return new PipelineOrder(
                text(json, "context"),
                json.containsKey("dockerfile") ? text(json, "dockerfile") : "Dockerfile",
                text(json, "image"),
                Boolean.TRUE.equals(json.get("ext4")));
    }

    private static String text(Map<?, ?> json, String member) {
        if (json.get(member) instanceof String text) {
            return text;
        }
        throw new InvalidRequestException("The order needs the member \"" + member + "\", a string");
    }

    private static void require(Pattern pattern, String member, String value) {
        if (!pattern.matcher(value).matches()) {
            throw new InvalidRequestException("\"" + value + "\" is not allowed as \"" + member + "\": " + pattern);
        }
    }
}
