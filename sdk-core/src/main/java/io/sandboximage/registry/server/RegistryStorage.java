package io.sandboximage.registry.server;

import io.sandboximage.error.InvalidRequestException;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Where a {@link RegistryServer} keeps what is pushed to it. */
public final class RegistryStorage {
    private static final long DEFAULT_MEMORY_LIMIT = 1L << 30;

    private final String name;
    private final Supplier<StorageBackend> opener;

    private RegistryStorage(String name, Supplier<StorageBackend> opener) {
        this.name = name;
        this.opener = opener;
    }

    /** In the heap, up to a quarter of its maximum and at most 1 GiB; lives as long as the returned object. */
    public static RegistryStorage memory() {
        return memory(Math.min(DEFAULT_MEMORY_LIMIT, Runtime.getRuntime().maxMemory() / 4));
    }

    /**
     * In the heap; lives as long as the returned object.
     *
     * @param maxBytes limit of all content and unfinished uploads together; a push beyond it is refused with status 413
     */
    public static RegistryStorage memory(long maxBytes) {
        if (maxBytes < 0) {
            throw new InvalidRequestException("A registry in memory cannot be limited to " + maxBytes + " bytes");
        }
        StorageBackend backend = new MemoryBackend(maxBytes);
        return new RegistryStorage("memory", () -> backend);
    }

    /**
     * In a directory, created where it is missing, that survives restarts and crashes. One running server uses it at a time.
     */
    public static RegistryStorage directory(Path directory) {
        return new RegistryStorage(directory.toString(), () -> new DirectoryBackend(directory));
    }

    /** @throws io.sandboximage.error.ConflictException if another server uses it */
    StorageBackend open() {
        return opener.get();
    }

    @Override
    public String toString() {
        return name;
    }
}
