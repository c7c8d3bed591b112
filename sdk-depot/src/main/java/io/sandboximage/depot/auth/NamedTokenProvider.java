package io.sandboximage.depot.auth;

import java.util.Optional;
import java.util.function.Supplier;

/** A provider whose text says where it looks, and never what it found. */
record NamedTokenProvider(String place, Supplier<Optional<String>> search) implements TokenProvider {
    @Override
    public Optional<String> find() {
        return search.get();
    }

    @Override
    public String toString() {
        return place;
    }
}
