package io.sandboximage.registry.server;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a path of the API names (distribution-spec, "Endpoints"). The path is read from its end because repository names hold
 * slashes. Only what passes the grammar gets here, so no name can climb out of a directory.
 *
 * @param repository name of the repository; empty for {@code BASE} and {@code CATALOG}
 * @param reference digest, tag or upload id; empty where the kind has none
 */
record Route(Kind kind, String repository, String reference) {
    enum Kind {
        BASE,
        CATALOG,
        MANIFEST,
        BLOB,
        UPLOADS,
        UPLOAD,
        TAGS,
        REFERRERS
    }

    private static final int MAX_PATH = 1024;
    private static final int MAX_NAME = 255;
    private static final String PART = "[a-z0-9]++(?:(?:\\.|__|_|-++)[a-z0-9]++)*+";
    private static final Pattern NAME = Pattern.compile(PART + "(?:/" + PART + ")*+");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    /** Empty if no endpoint has this path. */
    static Optional<Route> parse(String path) {
        if (path.equals("/v2/") || path.equals("/v2")) {
            return Optional.of(new Route(Kind.BASE, "", ""));
        }
        if (path.equals("/v2/_catalog")) {
            return Optional.of(new Route(Kind.CATALOG, "", ""));
        }
        if (!path.startsWith("/v2/") || path.length() > MAX_PATH) {
            return Optional.empty();
        }
        String rest = path.substring("/v2/".length());
        if (rest.endsWith("/blobs/uploads")) {
            rest += "/";
        }
        int last = rest.lastIndexOf('/');
        int before = rest.lastIndexOf('/', last - 1);
        if (before < 0) {
            return Optional.empty();
        }
        String reference = rest.substring(last + 1);
        String name = rest.substring(0, before);
        return switch (rest.substring(before + 1, last)) {
            case "manifests" -> route(Kind.MANIFEST, name, reference);
            case "blobs" -> route(Kind.BLOB, name, reference);
            case "referrers" -> route(Kind.REFERRERS, name, reference);
            case "tags" -> reference.equals("list") ? route(Kind.TAGS, name, "") : Optional.empty();
            case "uploads" ->
                name.endsWith("/blobs")
                        ? route(
                                reference.isEmpty() ? Kind.UPLOADS : Kind.UPLOAD,
                                name.substring(0, name.length() - "/blobs".length()),
                                reference)
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    static boolean isRepository(String name) {
        return name.length() <= MAX_NAME && NAME.matcher(name).matches();
    }

    static boolean isTag(String text) {
        return TAG.matcher(text).matches();
    }

    private static Optional<Route> route(Kind kind, String name, String reference) {
        if (!isRepository(name)) {
            throw new RegistryException(400, RegistryException.NAME_INVALID, "not a repository name");
        }
        return Optional.of(new Route(kind, name, reference));
    }
}
