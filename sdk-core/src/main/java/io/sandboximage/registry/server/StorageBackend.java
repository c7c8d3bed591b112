package io.sandboximage.registry.server;

import io.sandboximage.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the registry keeps things: content by digest, shared by all repositories, and small records by key. A key is a repository
 * name, a word that starts with {@code _} (no repository path does) and a name, joined by slashes. Thread-safe.
 */
interface StorageBackend extends AutoCloseable {
    Optional<byte[]> record(String key);

    boolean hasRecord(String key);

    /** Durable and all or nothing: a reader sees the old value or the new one, also after a crash. */
    void putRecord(String key, byte[] value);

    /** Whether there was one. */
    boolean removeRecord(String key);

    /** The last parts of the keys directly below {@code parent}, in no order. */
    List<String> recordNames(String parent);

    /** The repositories that have a record named {@code marker}, in no order. */
    List<String> repositoriesWith(String marker);

    OptionalLong contentSize(Digest digest);

    /** @throws java.nio.file.NoSuchFileException if there is no such content */
    InputStream openContent(Digest digest, long offset) throws IOException;

    /** An empty place to write an upload to. */
    Spool newSpool();

    /** Makes the spooled bytes, which the caller has verified, the content of {@code digest}; the spool is used up. */
    void adopt(Spool spool, Digest digest);

    void deleteContent(Digest digest);

    /** The digests of all content, in no order. */
    List<Digest> contents();

    @Override
    void close();

    /** The bytes of an unfinished upload. Used by one thread at a time. */
    interface Spool {
        void write(byte[] buffer, int offset, int length) throws IOException;

        long size();

        InputStream open() throws IOException;

        /** Frees the bytes; harmless once adopted. */
        void discard();
    }
}
