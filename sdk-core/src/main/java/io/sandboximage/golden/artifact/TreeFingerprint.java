package io.sandboximage.golden.artifact;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Recognises a tree that was packed before without reading its files: by names, types, modes, owners, sizes and times to the
 * nanosecond of all its entries. Layers never change once they are made, so this is sure enough to save the packing; what is sent
 * is verified by its digest all the same.
 */
final class TreeFingerprint {
    private static final int MAX_FACTS_BYTES = 7 * Long.BYTES;

    private TreeFingerprint() {}

    static Digest of(Path tree) {
        // Directories are read in whatever order the file system likes, and there may be a million entries: their
        // hashes are
        // added up, which needs no order.
        BigInteger[] sum = {BigInteger.ZERO};
        try {
            Path real = tree.toRealPath();
            Files.walkFileTree(real, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                        throws IOException {
                    CancelledException.throwIfInterrupted("looking at " + tree);
                    return visitFile(directory, attributes);
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
                    hash.update(real.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                    hash.update((byte) 0);
                    hash.update(facts(file, attributes));
                    sum[0] = sum[0].add(new BigInteger(1, hash.digest()));
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new StorageException("Could not look at " + tree + ": " + AtomicFile.reason(e), e);
        }
        return Digest.sha256(sum[0].toByteArray());
    }

    private static byte[] facts(Path file, BasicFileAttributes basic) throws IOException {
        Map<String, Object> unix =
                Files.readAttributes(file, "unix:mode,uid,gid,nlink,rdev", LinkOption.NOFOLLOW_LINKS);
        ByteBuffer facts = ByteBuffer.allocate(MAX_FACTS_BYTES);
        facts.putLong(number(unix, "mode"))
                .putLong(number(unix, "uid"))
                .putLong(number(unix, "gid"))
                .putLong(number(unix, "rdev"));
        if (!basic.isDirectory()) {
            // Of directories, file systems tell sizes and links each in its own way.
            facts.putLong(number(unix, "nlink")).putLong(basic.size());
        }
        facts.putLong(basic.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        return facts.array();
    }

    private static long number(Map<String, Object> attributes, String name) throws IOException {
        if (attributes.get(name) instanceof Number number) {
            return number.longValue();
        }
        throw new IOException("the file system does not tell \"" + name + "\"");
    }
}
