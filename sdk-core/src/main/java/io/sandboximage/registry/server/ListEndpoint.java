package io.sandboximage.registry.server;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tags, repositories and referrers. */
final class ListEndpoint implements Endpoint {
    /** The specification's "lexical order" is one that ignores case; ties need an order too, for paging. */
    private static final Comparator<String> LEXICAL =
            String.CASE_INSENSITIVE_ORDER.thenComparing(Comparator.naturalOrder());

    private final Catalog catalog;

    ListEndpoint(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public void handle(Call call, Route route) throws IOException {
        if (!call.method().equals("GET") && !call.isHead()) {
            throw Endpoint.notAllowed("GET");
        }
        switch (route.kind()) {
            case TAGS -> {
                String name = route.repository();
                List<String> tags = page(
                        call, "/v2/" + name + "/tags/list", catalog.view(name).tags());
                Map<String, Object> answer = new LinkedHashMap<>();
                answer.put("name", name);
                answer.put("tags", tags);
                call.sendJson(200, answer);
            }
            case CATALOG -> call.sendJson(200, Map.of("repositories", page(call, "/v2/_catalog", catalog.names())));
            default -> referrers(call, route);
        }
    }

    private static List<String> page(Call call, String path, Collection<String> all) {
        Optional<String> last = call.query("last");
        List<String> rest = all.stream()
                .filter(name -> last.isEmpty() || LEXICAL.compare(name, last.get()) > 0)
                .sorted(LEXICAL)
                .toList();
        int limit = call.query("n").map(ListEndpoint::parseLimit).orElse(rest.size());
        if (limit >= rest.size()) {
            return rest;
        }
        List<String> page = rest.subList(0, limit);
        if (limit > 0) {
            String next = URLEncoder.encode(page.get(limit - 1), StandardCharsets.UTF_8);
            call.setHeader("Link", "<" + path + "?n=" + limit + "&last=" + next + ">; rel=\"next\"");
        }
        return page;
    }

    private static int parseLimit(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new RegistryException(400, RegistryException.UNSUPPORTED, "n is not a number of entries");
        }
        return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(text));
    }

    private void referrers(Call call, Route route) throws IOException {
        Digest subject = Catalog.digest(route.reference());
        // An unknown repository has no referrers; a 404 would tell clients that this registry lacks the API.
        List<Descriptor> found =
                catalog.find(route.repository()).map(r -> r.referrers(subject)).orElse(List.of());
        Optional<String> wanted = call.query("artifactType").filter(type -> !type.isEmpty());
        if (wanted.isPresent()) {
            call.setHeader("OCI-Filters-Applied", "artifactType");
        }
        List<Descriptor> matching = found.stream()
                .filter(d -> wanted.isEmpty() || d.artifactType().equals(wanted))
                .sorted(Comparator.comparing(Descriptor::digest))
                .toList();
        ImageIndex index = ImageIndex.create(matching, Map.of());
        call.send(200, index.mediaType(), index.bytes());
    }
}
