package io.sandboximage.git;

import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.InterprocessLock;
import io.sandboximage.internal.io.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The folder of a commit's contexts, {@code <cache>/v1-<sha>/{git,git-tree}}. It is made beside its place and renamed, so that it
 * is there whole or not at all.
 */
final class CommitContexts {
    /** Changes when what is written for a commit does. */
    private static final String FORMAT = "v1-";

    private static final String REPOSITORY = "git";
    private static final String TREE = "git-tree";

    private CommitContexts() {}

    static Map<String, Path> of(Path checkout, String sha, Path cache) {
        Path folder = cache.resolve(FORMAT + sha);
        if (!Files.isDirectory(folder)) {
            make(checkout, sha, cache, folder);
        }
        Map<String, Path> contexts = new LinkedHashMap<>();
        contexts.put(REPOSITORY, folder.resolve(REPOSITORY));
        contexts.put(TREE, folder.resolve(TREE));
        return contexts;
    }

    @SuppressWarnings("try") // The lock and the folder's removal are what the blocks are for.
    private static void make(Path checkout, String sha, Path cache, Path folder) {
        try {
            Files.createDirectories(cache);
            try (InterprocessLock lock = InterprocessLock.acquire(cache.resolve("lock"))) {
                if (Files.isDirectory(folder)) {
                    return; // Somebody else made it while we waited.
                }
                removeLeftovers(cache);
                Path unfinished = Files.createDirectory(cache.resolve(AtomicFile.TEMPORARY_PREFIX + sha));
                try (TemporaryDirectory removed = new TemporaryDirectory(unfinished)) {
                    Instant committed = Instant.ofEpochSecond(Long.parseLong(GitCommand.in(checkout)
                            .run("show", "-s", "--format=%ct", sha)
                            .strip()));
                    new CommitRepository(checkout, sha).write(Files.createDirectory(unfinished.resolve(REPOSITORY)));
                    CommitTree.write(checkout, sha, Files.createDirectory(unfinished.resolve(TREE)));
                    SettledTree.settle(unfinished, committed);
                    Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (IOException e) {
            throw new StorageException(
                    "Could not make the build contexts of the commit " + sha + " in " + cache + ": "
                            + AtomicFile.reason(e) + ". Check the free space and the permissions there",
                    e);
        }
    }

    private static void removeLeftovers(Path cache) throws IOException {
        try (var entries = Files.newDirectoryStream(cache, AtomicFile.TEMPORARY_PREFIX + "*")) {
            entries.forEach(entry -> new TemporaryDirectory(entry).close());
        }
    }
}
