package io.sandboximage.registry.server;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Keeps everything in a directory that one process uses at a time:
 *
 * <pre>
 * blobs/sha256/ab/abcd…            content, each file complete and verified
 * repositories/acme/app/_blobs/…   records
 * tmp/…                            what is being written; emptied on opening
 * lock                             held while the directory is in use
 * </pre>
 */
final class DirectoryBackend implements StorageBackend {
    private final Path root;
    private final Path blobs;
    private final Path repositories;
    private final Path tmp;
    private final FileChannel lock;

    /** @throws ConflictException if the directory is in use by another registry */
    DirectoryBackend(Path root) {
        this.root = root.toAbsolutePath().normalize();
        this.blobs = this.root.resolve("blobs");
        this.repositories = this.root.resolve("repositories");
        this.tmp = this.root.resolve("tmp");
        try {
            for (Path directory : List.of(blobs, repositories, tmp)) {
                Files.createDirectories(directory);
            }
            this.lock =
                    FileChannel.open(this.root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failed("open", this.root, e);
        }
        boolean opened = false;
        try {
            takeLock();
            try (Stream<Path> leftovers = Files.list(tmp)) {
                for (Path leftover : leftovers.toList()) {
                    Files.deleteIfExists(leftover);
                }
            }
            opened = true;
        } catch (IOException e) {
            throw failed("open", this.root, e);
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    private void takeLock() throws IOException {
        FileLock held = null;
        try {
            held = lock.tryLock();
        } catch (OverlappingFileLockException ignored) {
            // In use by another registry in this JVM; reported below like one in another process.
        }
        if (held == null) {
            throw new ConflictException("The registry directory " + root
                    + " is in use by another registry. Stop that one or choose another directory");
        }
    }

    @Override
    public Optional<byte[]> record(String key) {
        try {
            return Optional.of(Files.readAllBytes(recordPath(key)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read", recordPath(key), e);
        }
    }

    @Override
    public boolean hasRecord(String key) {
        return Files.isRegularFile(recordPath(key));
    }

    @Override
    public void putRecord(String key, byte[] value) {
        Path target = recordPath(key);
        try {
            FileSpool spool = new FileSpool(tmp);
            try {
                spool.write(value, 0, value.length);
                spool.moveTo(target);
            } finally {
                spool.discard();
            }
        } catch (IOException e) {
            throw failed("write", target, e);
        }
    }

    @Override
    public boolean removeRecord(String key) {
        try {
            return Files.deleteIfExists(recordPath(key));
        } catch (IOException e) {
            throw failed("delete", recordPath(key), e);
        }
    }

    @Override
    public List<String> recordNames(String parent) {
        try (Stream<Path> files = Files.list(recordPath(parent))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw failed("list", recordPath(parent), e);
        }
    }

    @Override
    public List<String> repositoriesWith(String marker) {
        List<String> found = new ArrayList<>();
        try {
            collectRepositories(repositories, "", marker, found);
        } catch (IOException e) {
            throw failed("list", repositories, e);
        }
        return found;
    }

    private static void collectRepositories(Path directory, String name, String marker, List<String> found)
            throws IOException {
        if (Files.exists(directory.resolve(marker))) {
            found.add(name);
        }
        List<Path> parts;
        try (Stream<Path> files = Files.list(directory)) {
            parts = files.filter(file -> !file.getFileName().toString().startsWith("_"))
                    .filter(Files::isDirectory)
                    .toList();
        }
        for (Path part : parts) {
            String below = part.getFileName().toString();
            collectRepositories(part, name.isEmpty() ? below : name + "/" + below, marker, found);
        }
    }

    @Override
    public OptionalLong contentSize(Digest digest) {
        try {
            return OptionalLong.of(Files.size(contentPath(digest)));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw failed("read", contentPath(digest), e);
        }
    }

    @Override
    public InputStream openContent(Digest digest, long offset) throws IOException {
        FileChannel channel = FileChannel.open(contentPath(digest), StandardOpenOption.READ);
        try {
            channel.position(offset);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return Channels.newInputStream(channel);
    }

    @Override
    public Spool newSpool() {
        try {
            return new FileSpool(tmp);
        } catch (IOException e) {
            throw failed("create a file in", tmp, e);
        }
    }

    @Override
    public void adopt(Spool spool, Digest digest) {
        Path target = contentPath(digest);
        try {
            if (!Files.exists(target)) {
                ((FileSpool) spool).moveTo(target);
            }
        } catch (IOException e) {
            throw failed("write", target, e);
        } finally {
            spool.discard();
        }
    }

    @Override
    public void deleteContent(Digest digest) {
        try {
            Files.deleteIfExists(contentPath(digest));
        } catch (IOException e) {
            throw failed("delete", contentPath(digest), e);
        }
    }

    @Override
    public List<Digest> contents() {
        List<Digest> digests = new ArrayList<>();
        for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
            Path folder = blobs.resolve(algorithm.prefix());
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(folder, 2)) {
                files.filter(Files::isRegularFile)
                        .map(file -> new Digest(algorithm, file.getFileName().toString()))
                        .forEach(digests::add);
            } catch (IOException | UncheckedIOException e) {
                throw failed("list", folder, e);
            }
        }
        return digests;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw failed("release the lock of", root, e);
        }
    }

    private Path recordPath(String key) {
        return repositories.resolve(key);
    }

    private Path contentPath(Digest digest) {
        return blobs.resolve(digest.algorithm().prefix())
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex());
    }

    private static StorageException failed(String attempt, Path path, Exception cause) {
        return new StorageException("Could not " + attempt + " " + path + ", part of the registry: " + cause, cause);
    }
}
