package io.sandboximage.assemble;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.internal.tar.TarHeader;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one layer holds; immutable, each step gives a new value. Entries are written in the byte order of their paths, with one
 * time for all, by default owned by root, so equal files give equal bytes on every machine. Paths in the image are absolute or
 * relative to the root alike. Where two steps name one path the later wins.
 *
 * <p>Nothing is read before {@link ImageAssembly#produce}.
 */
public final class LayerSpec {
    private static final int KEEP_MODE = -1;

    private final List<Step> steps;
    private final List<Glob> includes;
    private final List<Glob> excludes;
    private final Owners owners;
    private final boolean normalisedModes;
    private final boolean hardLinks;
    private final Optional<Instant> time;
    private final Optional<Compression> compression;
    private final String createdBy;

    private LayerSpec(
            List<Step> steps,
            List<Glob> includes,
            List<Glob> excludes,
            Owners owners,
            boolean normalisedModes,
            boolean hardLinks,
            Optional<Instant> time,
            Optional<Compression> compression,
            String createdBy) {
        this.steps = List.copyOf(steps);
        this.includes = List.copyOf(includes);
        this.excludes = List.copyOf(excludes);
        this.owners = owners;
        this.normalisedModes = normalisedModes;
        this.hardLinks = hardLinks;
        this.time = time;
        this.compression = compression;
        this.createdBy = createdBy;
    }

    /** A layer without anything in it. */
    public static LayerSpec empty() {
        return new LayerSpec(
                List.of(),
                List.of(),
                List.of(),
                Owners.ROOT,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                "sandbox-image");
    }

    /** A layer with what is below a directory. See {@link #copy}. */
    public static LayerSpec directory(Path source, String targetInImage) {
        return empty().copy(source, targetInImage);
    }

    /**
     * Adds everything below {@code source}: files, directories, symbolic links, devices and FIFOs; sockets are left out with a
     * warning. Links are never followed. The target directory itself keeps what it has in the layers below, or gets mode 0755.
     */
    public LayerSpec copy(Path source, String targetInImage) {
        String target = EntryPath.target(targetInImage);
        return step(
                "copy " + source.toAbsolutePath() + " " + target, (tree, scanner) -> scanner.directory(source, target));
    }

    /** Adds a file with the content and mode of one on this machine. */
    public LayerSpec file(String target, Path source) {
        return file(target, source, KEEP_MODE);
    }

    /** @param mode the low 12 bits, for instance {@code 0755} */
    public LayerSpec file(String target, Path source, int mode) {
        String path = named(target);
        return step(
                "file " + source.toAbsolutePath() + " " + path + " " + mode,
                (tree, scanner) -> scanner.file(source, path, mode == KEEP_MODE ? mode : checked(mode)));
    }

    /** Adds a file from memory. */
    public LayerSpec file(String target, byte[] content, int mode) {
        byte[] own = content.clone();
        return entry(target, LayerEntry.bytes(own, checked(mode)));
    }

    /** Adds a file from memory that belongs to a user and a group; the other owners of this layer do not concern it. */
    public LayerSpec file(String target, byte[] content, int mode, long uid, long gid) {
        byte[] own = content.clone();
        return entry(target, LayerEntry.bytes(own, checked(mode)).withOwner(uid, gid));
    }

    /** Adds a directory, or sets the mode of one from the layers below. */
    public LayerSpec directory(String target, int mode) {
        return entry(target, LayerEntry.directory(checked(mode)));
    }

    /** @param linkTo the text of the link, as it is */
    public LayerSpec symlink(String target, String linkTo) {
        return entry(target, LayerEntry.symlink(EntryPath.bytes(linkTo)));
    }

    public LayerSpec characterDevice(String target, int major, int minor, int mode) {
        return entry(target, LayerEntry.device(TarHeader.TYPE_CHARACTER_DEVICE, checked(mode), major, minor));
    }

    public LayerSpec blockDevice(String target, int major, int minor, int mode) {
        return entry(target, LayerEntry.device(TarHeader.TYPE_BLOCK_DEVICE, checked(mode), major, minor));
    }

    public LayerSpec fifo(String target, int mode) {
        return entry(target, LayerEntry.device(TarHeader.TYPE_FIFO, checked(mode), 0, 0));
    }

    /** Deletes a path of the layers below, with everything under it. */
    public LayerSpec delete(String target) {
        String path = named(target);
        String whiteout = EntryPath.join(EntryPath.parent(path), EntryPath.WHITEOUT + EntryPath.lastName(path));
        return step("delete " + path, (tree, scanner) -> tree.put(whiteout, LayerEntry.bytes(new byte[0], 0)));
    }

    /** Deletes what a directory of the layers below holds, but not the directory. */
    public LayerSpec clear(String targetDirectory) {
        String marker = EntryPath.join(EntryPath.target(targetDirectory), EntryPath.OPAQUE);
        return step("clear " + marker, (tree, scanner) -> tree.put(marker, LayerEntry.bytes(new byte[0], 0)));
    }

    /**
     * Copies only what fits one of the patterns, with the directories that lead there. Patterns are for paths below the copied
     * directory: {@code *} and {@code ?} within a name, {@code **} across directories ({@code **}{@code /*.py} is every Python
     * file); a pattern that fits a directory takes all of it. They hold for all directories that this layer copies.
     */
    public LayerSpec include(String... globs) {
        return new LayerSpec(
                steps,
                add(includes, globs),
                excludes,
                owners,
                normalisedModes,
                hardLinks,
                time,
                compression,
                createdBy);
    }

    /** Leaves out what fits one of the patterns, also if it is included. */
    public LayerSpec exclude(String... globs) {
        return new LayerSpec(
                steps,
                includes,
                add(excludes, globs),
                owners,
                normalisedModes,
                hardLinks,
                time,
                compression,
                createdBy);
    }

    /** Makes this user and group the owner of all files from this machine; 0 and 0 by default. */
    public LayerSpec owner(long uid, long gid) {
        return owners(new Owners(false, uid, gid, owners.users(), owners.groups()));
    }

    /** Keeps the owners that files have on this machine. */
    public LayerSpec keepOwners() {
        return owners(new Owners(true, 0, 0, owners.users(), owners.groups()));
    }

    /** Gives files of one user on this machine to another in the image, and keeps all other owners. */
    public LayerSpec mapUser(long uidHere, long uidInImage) {
        return owners(owners.withUser(uidHere, uidInImage));
    }

    /** The same for groups. */
    public LayerSpec mapGroup(long gidHere, long gidInImage) {
        return owners(owners.withGroup(gidHere, gidInImage));
    }

    /**
     * Gives directories and executable files from this machine mode 0755 and other files 0644, so that the digest does not
     * depend on the umask with which they were made.
     */
    public LayerSpec normaliseModes() {
        return new LayerSpec(steps, includes, excludes, owners, true, hardLinks, time, compression, createdBy);
    }

    /** Keeps names of one inode together as hard links; without it each name gets a copy. */
    public LayerSpec keepHardLinks() {
        return new LayerSpec(steps, includes, excludes, owners, normalisedModes, true, time, compression, createdBy);
    }

    /** The modification time of all entries, in whole seconds; by default that of the assembly. */
    public LayerSpec time(Instant newTime) {
        return new LayerSpec(
                steps,
                includes,
                excludes,
                owners,
                normalisedModes,
                hardLinks,
                Optional.of(newTime),
                compression,
                createdBy);
    }

    /** How this layer is compressed; by default as the assembly says. */
    public LayerSpec compression(Compression newCompression) {
        return new LayerSpec(
                steps,
                includes,
                excludes,
                owners,
                normalisedModes,
                hardLinks,
                time,
                Optional.of(newCompression),
                createdBy);
    }

    /** What the image's history says about this layer. */
    public LayerSpec createdBy(String text) {
        return new LayerSpec(steps, includes, excludes, owners, normalisedModes, hardLinks, time, compression, text);
    }

    EntryTree scan(ProgressTask progress) {
        EntryTree tree = new EntryTree();
        SourceScanner scanner = new SourceScanner(this, tree, progress);
        steps.forEach(s -> s.action.apply(tree, scanner));
        tree.joinHardLinks();
        return tree;
    }

    /** Tells this layer from others of an assembly; not a fingerprint of its content. */
    String identity() {
        StringBuilder text = new StringBuilder();
        steps.forEach(s -> text.append(s.description).append('\n'));
        return text.append(includes).append(excludes).append(owners).toString();
    }

    boolean included(String path) {
        return includes.isEmpty() || includes.stream().anyMatch(g -> g.fits(path));
    }

    boolean excluded(String path) {
        return excludes.stream().anyMatch(g -> g.fits(path));
    }

    int mode(FileFacts facts) {
        if (!normalisedModes) {
            return facts.permissions();
        }
        return facts.format() == FileFacts.DIRECTORY || (facts.permissions() & 0111) != 0 ? 0755 : 0644;
    }

    Owners owners() {
        return owners;
    }

    boolean keepsHardLinks() {
        return hardLinks;
    }

    Optional<Instant> time() {
        return time;
    }

    Optional<Compression> compression() {
        return compression;
    }

    String createdBy() {
        return createdBy;
    }

    private LayerSpec owners(Owners newOwners) {
        return new LayerSpec(
                steps, includes, excludes, newOwners, normalisedModes, hardLinks, time, compression, createdBy);
    }

    private LayerSpec entry(String target, LayerEntry entry) {
        String path = named(target);
        return step("entry " + path, (tree, scanner) -> tree.put(path, entry));
    }

    private LayerSpec step(String description, Action action) {
        List<Step> more = new ArrayList<>(steps);
        more.add(new Step(description, action));
        return new LayerSpec(
                more, includes, excludes, owners, normalisedModes, hardLinks, time, compression, createdBy);
    }

    private static String named(String target) {
        String path = EntryPath.target(target);
        if (path.isEmpty()) {
            throw new InvalidRequestException("\"" + target + "\" names the root of the image, which has no entry");
        }
        return path;
    }

    private static int checked(int mode) {
        if ((mode & ~07777) != 0) {
            throw new InvalidRequestException(
                    "The mode 0" + Integer.toOctalString(mode) + " has more than the 12 bits of permissions");
        }
        return mode;
    }

    private static List<Glob> add(List<Glob> globs, String... more) {
        List<Glob> all = new ArrayList<>(globs);
        for (String glob : more) {
            all.add(new Glob(EntryPath.bytes(glob)));
        }
        return all;
    }

    private record Step(String description, Action action) {}

    @FunctionalInterface
    private interface Action {
        void apply(EntryTree tree, SourceScanner scanner);
    }
}
