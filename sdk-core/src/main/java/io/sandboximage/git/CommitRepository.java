package io.sandboximage.git;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes a repository of one commit whose bytes depend on the commit alone: its objects in a fixed order in one pack, without
 * deltas, which would depend on how the clone is packed; an index without the times and numbers of files.
 */
final class CommitRepository {
    private static final int SHA1_LENGTH = 40;

    private final GitCommand git;
    private final String sha;

    CommitRepository(Path checkout, String sha) {
        this.git = GitCommand.in(checkout);
        this.sha = sha;
    }

    void write(Path folder) throws IOException {
        boolean sha256 = sha.length() != SHA1_LENGTH;
        text(folder.resolve("HEAD"), sha);
        text(
                folder.resolve("config"),
                "[core]\n\trepositoryformatversion = " + (sha256 ? 1 : 0) + "\n\tbare = false"
                        + (sha256 ? "\n[extensions]\n\tobjectformat = sha256" : ""));
        // Its parents are named in the commit, and not there.
        text(folder.resolve("shallow"), sha);
        Files.createDirectories(folder.resolve("refs/heads"));
        Files.createDirectories(folder.resolve("refs/tags"));
        Path packs = Files.createDirectories(folder.resolve("objects/pack"));
        Path objects = folder.resolve("objects.list");
        git.runTo(objects, "rev-list", "--objects", "--no-object-names", "--max-count=1", sha);
        git.run(
                objects,
                folder.resolve("pack.name"),
                "-c",
                "pack.threads=1",
                "-c",
                "pack.compression=1",
                "-c",
                "pack.indexVersion=2",
                "-c",
                "pack.writeReverseIndex=false",
                "-c",
                "pack.packSizeLimit=0",
                "-c",
                "pack.writeBitmapHashCache=false",
                "pack-objects",
                "--quiet",
                "--window=0",
                "--no-reuse-object",
                "--no-reuse-delta",
                packs.resolve("pack").toAbsolutePath().toString());
        Files.delete(objects);
        Files.delete(folder.resolve("pack.name"));
        git.with(Map.of(
                        "GIT_INDEX_FILE",
                        folder.resolve("index").toAbsolutePath().toString()))
                .run(
                        "-c",
                        "index.version=2",
                        "-c",
                        "index.threads=1",
                        "-c",
                        "index.sparse=false",
                        "-c",
                        "index.skipHash=false",
                        "-c",
                        "core.splitIndex=false",
                        "-c",
                        "core.untrackedCache=false",
                        "-c",
                        "core.fsmonitor=false",
                        "-c",
                        "core.sparseCheckout=false",
                        "read-tree",
                        sha);
    }

    private static void text(Path file, String line) throws IOException {
        Files.write(file, (line + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
