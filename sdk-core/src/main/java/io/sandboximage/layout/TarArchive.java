package io.sandboximage.layout;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.BoundedInputStream;
import io.sandboximage.rootfs.internal.compression.LayerCompression;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * The files inside a tar archive, read where they lie: the archive is never extracted, so its paths lead nowhere but into a map.
 * A compressed archive is uncompressed to a temporary file first, which {@link #close} removes.
 */
final class TarArchive implements AutoCloseable {
    private static final int MAX_LINKS = 8;

    private final Path archive;
    private final Path file;
    private final Map<String, Member> members;

    private TarArchive(Path archive, Path file, Map<String, Member> members) {
        this.archive = archive;
        this.file = file;
        this.members = members;
    }

    static TarArchive open(Path archive) {
        Path file = uncompressed(archive);
        boolean done = false;
        try (TarFile tar = new TarFile(file)) {
            Map<String, Member> members = new HashMap<>();
            for (TarArchiveEntry entry : tar.getEntries()) {
                CancelledException.throwIfInterrupted("reading " + archive);
                String name = normal(entry.getName(), "");
                if (entry.isSymbolicLink()) {
                    members.put(name, new Member(0, 0, normal(entry.getLinkName(), parent(name))));
                } else if (entry.isLink()) {
                    members.put(name, new Member(0, 0, normal(entry.getLinkName(), "")));
                } else if (entry.isFile()) {
                    members.put(name, new Member(entry.getDataOffset(), entry.getRealSize(), ""));
                }
            }
            done = true;
            return new TarArchive(archive, file, members);
        } catch (NoSuchFileException e) {
            throw new NotFoundException("There is no archive " + archive, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidContentException(archive + " is not a tar archive, or broken: " + e.getMessage(), e);
        } finally {
            if (!done && !file.equals(archive)) {
                AtomicFile.removeQuietly(file);
            }
        }
    }

    /** The file with a name; links are followed. */
    Optional<Member> find(String name) {
        String at = normal(name, "");
        for (int links = 0; links < MAX_LINKS; links++) {
            Member member = members.get(at);
            if (member == null || member.link.isEmpty()) {
                return Optional.ofNullable(member);
            }
            at = member.link;
        }
        return Optional.empty();
    }

    /** @throws NotFoundException if there is no such file */
    Member require(String name) {
        return find(name)
                .orElseThrow(() -> new NotFoundException(
                        "The archive " + archive + " has no file " + name + ": it is incomplete, or of another kind"));
    }

    /** Opens a file; each stream has its own position. */
    InputStream open(Member member) {
        try {
            SeekableByteChannel channel = Files.newByteChannel(file);
            channel.position(member.offset);
            return new BufferedInputStream(
                    new BoundedInputStream(Channels.newInputStream(channel), member.sizeBytes), 64 * 1024);
        } catch (IOException e) {
            throw new StorageException("Could not read " + archive + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Reads a small file whole. */
    byte[] read(String name, int maxBytes) {
        Member member = require(name);
        if (member.sizeBytes > maxBytes) {
            throw new InvalidContentException("The file " + name + " in " + archive + " has " + member.sizeBytes
                    + " bytes, more than the " + maxBytes + " that are accepted");
        }
        try (InputStream in = open(member)) {
            byte[] bytes = in.readAllBytes();
            if (bytes.length != member.sizeBytes) {
                throw new InvalidContentException("The archive " + archive + " ends in the middle of " + name);
            }
            return bytes;
        } catch (IOException e) {
            throw new StorageException("Could not read " + archive + ": " + AtomicFile.reason(e), e);
        }
    }

    @Override
    public void close() {
        if (!file.equals(archive)) {
            AtomicFile.removeQuietly(file);
        }
    }

    /** The archive itself, or a temporary file with what it holds uncompressed. */
    private static Path uncompressed(Path archive) {
        try (InputStream stored = new BufferedInputStream(Files.newInputStream(archive))) {
            stored.mark(8);
            boolean plain = !LayerCompression.isCompressed(stored.readNBytes(4));
            if (plain) {
                return archive;
            }
            stored.reset();
            Path temporary = Files.createTempFile("sandbox-image-", ".tar");
            boolean done = false;
            try (InputStream in = LayerCompression.uncompress(stored, MediaTypes.OCI_LAYER, archive.toString());
                    OutputStream out = Files.newOutputStream(temporary)) {
                byte[] buffer = new byte[128 * 1024];
                int n;
                while ((n = in.read(buffer)) >= 0) {
                    CancelledException.throwIfInterrupted("uncompressing " + archive);
                    out.write(buffer, 0, n);
                }
                done = true;
                return temporary;
            } finally {
                if (!done) {
                    AtomicFile.removeQuietly(temporary);
                }
            }
        } catch (NoSuchFileException e) {
            throw new NotFoundException("There is no archive " + archive, e);
        } catch (IOException e) {
            throw new StorageException("Could not uncompress " + archive + ": " + AtomicFile.reason(e), e);
        }
    }

    /** The path without {@code .}, {@code ..} and doubled slashes, from the archive's root. */
    private static String normal(String path, String directory) {
        Deque<String> names = new ArrayDeque<>();
        String whole = path.startsWith("/") ? path : directory + "/" + path;
        for (String name : whole.split("/")) {
            if (name.equals("..")) {
                names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        return String.join("/", names);
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /** @param link name of the file that this is a link to; empty for files */
    record Member(long offset, long sizeBytes, String link) {}
}
