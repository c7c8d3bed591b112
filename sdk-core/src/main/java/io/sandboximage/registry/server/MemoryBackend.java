package io.sandboximage.registry.server;

import io.sandboximage.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps everything in the heap, up to a limit of bytes that counts unfinished uploads too. */
final class MemoryBackend implements StorageBackend {
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();
    private final ConcurrentNavigableMap<String, byte[]> records = new ConcurrentSkipListMap<>();
    private final Map<Digest, MemoryBytes> contents = new ConcurrentHashMap<>();

    MemoryBackend(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public Optional<byte[]> record(String key) {
        return Optional.ofNullable(records.get(key));
    }

    @Override
    public boolean hasRecord(String key) {
        return records.containsKey(key);
    }

    @Override
    public void putRecord(String key, byte[] value) {
        records.put(key, value.clone());
    }

    @Override
    public boolean removeRecord(String key) {
        return records.remove(key) != null;
    }

    @Override
    public List<String> recordNames(String parent) {
        List<String> names = new ArrayList<>();
        // '0' is the character after '/', so this is the range of all keys below the parent.
        for (String key : records.subMap(parent + "/", parent + "0").keySet()) {
            String name = key.substring(parent.length() + 1);
            if (name.indexOf('/') < 0) {
                names.add(name);
            }
        }
        return names;
    }

    @Override
    public List<String> repositoriesWith(String marker) {
        List<String> names = new ArrayList<>();
        String ending = "/" + marker;
        for (String key : records.keySet()) {
            if (key.endsWith(ending)) {
                names.add(key.substring(0, key.length() - ending.length()));
            }
        }
        return names;
    }

    @Override
    public OptionalLong contentSize(Digest digest) {
        MemoryBytes content = contents.get(digest);
        return content == null ? OptionalLong.empty() : OptionalLong.of(content.size());
    }

    @Override
    public InputStream openContent(Digest digest, long offset) throws IOException {
        MemoryBytes content = contents.get(digest);
        if (content == null) {
            throw new NoSuchFileException(digest.toString());
        }
        return content.open(offset);
    }

    @Override
    public Spool newSpool() {
        return new MemorySpool();
    }

    @Override
    public void adopt(Spool spool, Digest digest) {
        MemorySpool memory = (MemorySpool) spool;
        if (contents.putIfAbsent(digest, memory.bytes) == null) {
            memory.finished = true;
        } else {
            memory.discard();
        }
    }

    @Override
    public void deleteContent(Digest digest) {
        MemoryBytes content = contents.remove(digest);
        if (content != null) {
            used.addAndGet(-content.size());
        }
    }

    @Override
    public List<Digest> contents() {
        return List.copyOf(contents.keySet());
    }

    @Override
    public void close() {
        // The content lives as long as the storage object, so that a later server can serve it again.
    }

    /** Bytes taken by content and unfinished uploads. */
    long used() {
        return used.get();
    }

    private void reserve(int length) {
        if (used.addAndGet(length) > maxBytes) {
            used.addAndGet(-length);
            throw new RegistryException(
                    413,
                    RegistryException.SIZE_INVALID,
                    "the registry keeps its content in memory and may use no more than " + maxBytes + " bytes");
        }
    }

    private final class MemorySpool implements Spool {
        private final MemoryBytes bytes = new MemoryBytes();
        private boolean finished;

        @Override
        public void write(byte[] buffer, int offset, int length) {
            reserve(length);
            bytes.append(buffer, offset, length);
        }

        @Override
        public long size() {
            return bytes.size();
        }

        @Override
        public InputStream open() {
            return bytes.open(0);
        }

        @Override
        public void discard() {
            if (!finished) {
                finished = true;
                used.addAndGet(-bytes.size());
            }
        }
    }
}
