package io.sandboximage.testkit.daytona;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the live server refuses of a request for a snapshot, in its words. */
final class CreateRules {
    private static final String SEGMENT = "[A-Za-z0-9_.:-]+";
    private static final Pattern NAME = Pattern.compile(SEGMENT + "(?:/" + SEGMENT + ")*(?:@sha256:[a-f0-9]{64})?");
    private static final List<String> CLASSES = List.of("linux-vm", "container", "android", "windows");

    private CreateRules() {}

    static void check(Map<String, Object> request, Map<String, Integer> limits) {
        checkNulls(request);
        List<String> violations = new ArrayList<>();
        if (!(request.get("name") instanceof String)) {
            violations.add("name must be a string");
        }
        if (request.get("entrypoint") != null && !(request.get("entrypoint") instanceof List<?>)) {
            violations.add("entrypoint must be an array");
        }
        for (String number : List.of("cpu", "memory", "disk", "gpu")) {
            checkNumber(number, request.get(number), violations);
        }
        Object type = request.get("sandboxClass");
        if (type != null && !CLASSES.contains(type)) {
            violations.add("sandboxClass must be one of the following values: " + String.join(", ", CLASSES));
        }
        if (!violations.isEmpty()) {
            throw ApiError.badRequest(String.join(", ", violations));
        }
        checkName((String) request.get("name"));
        checkContent(request);
        checkLimit("CPU", "", "cpu", request, limits);
        checkLimit("Memory", "GB", "memory", request, limits);
        checkLimit("Disk", "GB", "disk", request, limits);
    }

    private static void checkNulls(Map<String, Object> request) {
        for (String fatal : List.of("cpu", "memory", "disk", "gpu")) {
            if (request.containsKey(fatal) && request.get(fatal) == null) {
                throw internal();
            }
        }
        if (request.get("buildInfo") instanceof Map<?, ?> build
                && (build.isEmpty() || (build.containsKey("contextHashes") && build.get("contextHashes") == null))) {
            throw internal();
        }
    }

    private static void checkNumber(String name, @Nullable Object value, List<String> violations) {
        if (value == null) {
            return;
        }
        if (!(value instanceof BigDecimal number)) {
            violations.add(name + " must be a number conforming to the specified constraints");
        } else if (number.stripTrailingZeros().scale() > 0) {
            throw internal();
        } else if (number.signum() < 0) {
            violations.add(name + " must not be less than 0");
        } else if (name.equals("gpu") && number.compareTo(BigDecimal.ONE) > 0) {
            violations.add("gpu must not be greater than 1");
        }
    }

    private static void checkName(@Nullable String name) {
        if (name != null && (name.contains("://") || name.startsWith("www."))) {
            throw ApiError.badRequest("name must not contain HTML tags, URLs, or control characters");
        }
        if (name == null || !NAME.matcher(name).matches()) {
            throw ApiError.badRequest(
                    "Invalid snapshot name format. May contain letters, digits, dots, colons, and dashes");
        }
    }

    private static void checkContent(Map<String, Object> request) {
        Object image = request.get("imageName");
        if (request.get("buildInfo") != null) {
            if (image != null) {
                throw ApiError.badRequest("Cannot specify an image name when using a build info entry");
            }
            if (request.get("entrypoint") != null) {
                throw ApiError.badRequest("Cannot specify an entrypoint when using a build info entry");
            }
            return;
        }
        if (!(image instanceof String reference)) {
            throw ApiError.badRequest("Must specify an image name when not using a build info entry");
        }
        if (!reference.contains(":") && !reference.contains("@")) {
            throw ApiError.badRequest("Image name must include a tag (e.g., ubuntu:22.04) or digest (@sha256:...)");
        }
        if (reference.endsWith(":latest")) {
            throw ApiError.badRequest("Images with tag \":latest\" are not allowed");
        }
        if (!NAME.matcher(reference).matches()) {
            throw ApiError.badRequest("Invalid image name format. Must be lowercase, may contain digits, dots, dashes,"
                    + " and single slashes between components");
        }
    }

    private static void checkLimit(
            String title, String unit, String member, Map<String, Object> request, Map<String, Integer> limits) {
        Integer limit = limits.get(member);
        if (limit != null && request.get(member) instanceof BigDecimal wanted && wanted.intValue() > limit) {
            throw ApiError.badRequest(title + " request " + wanted.intValue() + unit
                    + " exceeds maximum allowed per sandbox (" + limit + unit + ").\n"
                    + "Need higher resource limits per-sandbox? Contact support.");
        }
    }

    private static ApiError internal() {
        return new ApiError(500, "An unexpected error occurred.");
    }
}
