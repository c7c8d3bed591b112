package io.sandboximage.rootfs;

import io.sandboximage.error.SandboxImageException;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.ext4.Ext4Superblock;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What ties a file system to the image and the options that it was made with. UUID and hash seed are taken from a digest over both,
 * so that they are the same on every machine and tell whether a file that is there already is the one that is wanted. The image is
 * named by its config, which tells the content of the layers and not how a registry or an engine packs them.
 */
final class Ext4Identity {
    /** To be raised whenever the same image and options give other bytes than before. */
    private static final int FORMAT = 3;

    private final Ext4Options options;

    private Ext4Identity(Ext4Options options) {
        this.options = options;
    }

    static Ext4Identity of(Image image, Ext4Options chosen) {
        List<String> facts = new ArrayList<>(List.of(
                "sandbox-image ext4 " + FORMAT,
                image.manifest().config().digest().toString(),
                "size " + (chosen.sizeBytes().isPresent() ? chosen.sizeBytes().getAsLong() : "auto"),
                "free " + chosen.freePercent(),
                "journal " + chosen.journal(),
                "label " + chosen.label(),
                "uuid " + chosen.uuid().map(UUID::toString).orElse("derived")));
        // Only where they are chosen, so that everything else keeps the UUID that it had before there were these
        // options.
        chosen.freeBytes().ifPresent(bytes -> facts.add("free bytes " + bytes));
        chosen.inodes().ifPresent(count -> facts.add("inodes " + count));
        if (chosen.minimumBytes() > 0) {
            facts.add("minimum " + chosen.minimumBytes());
        }
        String text = String.join("\n", facts);
        byte[] hash = HexFormat.of()
                .parseHex(Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex());
        Instant created = image.config().created().orElse(Instant.EPOCH);
        return new Ext4Identity(chosen.uuid(chosen.uuid().orElse(uuid(hash, 0)))
                .hashSeed(uuid(hash, 16))
                .timestamp(created));
    }

    /** What to make the file system with. */
    Ext4Options options() {
        return options;
    }

    /** The superblock of {@code file}, if that is what these options would make and nobody has mounted it for writing since. */
    Optional<Ext4Superblock> findUnchanged(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (Ext4Reader reader = Ext4Reader.open(file)) {
            Ext4Superblock found = reader.superblock();
            boolean same = options.uuid().equals(Optional.of(found.uuid()))
                    && options.hashSeed().equals(Optional.of(found.hashSeed()))
                    && options.label().equals(found.label())
                    && found.created().getEpochSecond() == options.timestamp().getEpochSecond();
            boolean untouched = found.clean()
                    && !found.needsRecovery()
                    && found.mountCount() == 0
                    && found.lastWritten().equals(found.created())
                    && Files.size(file) == found.sizeBytes();
            return same && untouched ? Optional.of(found) : Optional.empty();
        } catch (SandboxImageException | IOException e) {
            return Optional.empty(); // Something else has the name; it is replaced.
        }
    }

    /** A UUID of version 8 (RFC 9562, "custom") from 16 bytes of a digest. */
    private static UUID uuid(byte[] hash, int offset) {
        ByteBuffer bytes = ByteBuffer.wrap(hash, offset, 16);
        long high = (bytes.getLong() & ~0xF000L) | 0x8000L;
        long low = (bytes.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low);
    }
}
