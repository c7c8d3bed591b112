package io.sandboximage.depot.internal.client;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Lists that services give a page at a time. */
public final class Pages {
    /** Elements on a page. */
    public static final int SIZE = 100;

    private static final int MAX_PAGES = 10_000;

    private Pages() {}

    /**
     * One page.
     *
     * @param more whether another one follows
     * @param next the token of the next one, where pages have tokens
     */
    public record Page<T>(List<T> elements, boolean more, String next) {
        public Page {
            elements = List.copyOf(elements);
        }

        /** A page whose successor is named by a token; none by an empty one. */
        public static <T> Page<T> before(String next, List<T> elements) {
            return new Page<>(elements, !next.isEmpty(), next);
        }

        /** A page whose successor has the next number. */
        public static <T> Page<T> numbered(boolean more, List<T> elements) {
            return new Page<>(elements, more, "");
        }
    }

    /** Follows tokens; the first page has the empty one. */
    public static <T> List<T> byToken(String what, Function<String, Page<T>> fetch) {
        List<T> all = new ArrayList<>();
        String token = "";
        for (int count = 0; count < MAX_PAGES; count++) {
            CancelledException.throwIfInterrupted(what);
            Page<T> page = fetch.apply(token);
            all.addAll(page.elements());
            if (!page.more()) {
                return List.copyOf(all);
            }
            if (page.next().equals(token)) {
                break;
            }
            token = page.next();
        }
        throw endless(what);
    }

    /** Counts pages from 1. */
    public static <T> List<T> byNumber(String what, IntFunction<Page<T>> fetch) {
        List<T> all = new ArrayList<>();
        for (int number = 1; number <= MAX_PAGES; number++) {
            CancelledException.throwIfInterrupted(what);
            Page<T> page = fetch.apply(number);
            all.addAll(page.elements());
            if (!page.more() || page.elements().isEmpty()) {
                return List.copyOf(all);
            }
        }
        throw endless(what);
    }

    private static InvalidContentException endless(String what) {
        return new InvalidContentException("Could not finish " + what + ": the service's list has no end");
    }
}
