package io.sandboximage.registry;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.registry.internal.auth.Scopes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.Request;

/** Reads lists that come in pages, joined by {@code Link} headers with {@code rel="next"} (RFC 8288). */
final class PagedList {
    static final int MAX_PAGE_BYTES = 16 * 1024 * 1024;

    private static final int MAX_PAGES = 10_000;
    private static final Pattern NEXT =
            Pattern.compile("<([^>]*)>[^<]*?;\\s*rel=\"?(?:[^\"]* )?next\\b", Pattern.CASE_INSENSITIVE);

    private final RegistryConnection connection;
    private final Scopes scopes;
    private final String what;

    PagedList(RegistryConnection connection, Scopes scopes, String what) {
        this.connection = connection;
        this.scopes = scopes;
        this.what = what;
    }

    /** Passes the pages on, good or bad, until there is no next one. */
    void forEach(HttpUrl first, Consumer<HttpReply> page) {
        Set<HttpUrl> seen = new HashSet<>();
        Optional<HttpUrl> next = Optional.of(first);
        while (next.isPresent()) {
            CancelledException.throwIfInterrupted("trying to " + what);
            HttpUrl url = next.get();
            if (!seen.add(url) || seen.size() > MAX_PAGES) {
                throw new InvalidContentException("Could not " + what + ": its pages never end");
            }
            HttpReply reply = connection.fetch(
                    RegistryRequest.repeatable(what, new Request.Builder().url(url), scopes), MAX_PAGE_BYTES);
            page.accept(reply);
            next = reply.successful() ? next(reply) : Optional.empty();
        }
    }

    private Optional<HttpUrl> next(HttpReply reply) {
        for (String link : reply.headers().values("Link")) {
            Matcher matcher = NEXT.matcher(link);
            if (matcher.find()) {
                HttpUrl url = connection.resolve(reply.url(), matcher.group(1));
                if (!connection.owns(url)) {
                    throw new InvalidContentException(
                            "Could not " + what + ": the next page is on another host, " + url.host());
                }
                return Optional.of(url);
            }
        }
        return Optional.empty();
    }
}
