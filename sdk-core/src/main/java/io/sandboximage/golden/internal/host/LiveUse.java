package io.sandboximage.golden.internal.host;

import io.sandboximage.error.CancelledException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a folder is in use by a running process: a file open in it, a working directory, a mount of it in any mount namespace, or in
 * this one a mount in it or an overlay made of it. It sees other users' processes only where it runs as root.
 */
public final class LiveUse {
    private static final Path PROC = Path.of("/proc");
    private static final Duration MOMENT = Duration.ofSeconds(2);
    private static final long POLL_MILLIS = 20;

    private LiveUse() {}

    /**
     * Who still uses the folder after a moment, in words for a message; empty if nobody does. Each program that a JVM starts holds
     * for an instant whatever that JVM has open, and a process that was told to end takes a while.
     */
    public static Optional<String> lasting(Path folder) {
        long end = System.nanoTime() + MOMENT.toNanos();
        Optional<String> user = of(folder);
        while (user.isPresent() && System.nanoTime() < end) {
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                throw CancelledException.interrupted("waiting for the end of what uses " + folder, e);
            }
            user = of(folder);
        }
        return user;
    }

    /** Who uses the folder just now, in words for a message; empty if nobody does. */
    public static Optional<String> of(Path folder) {
        Optional<MountTable.Entry> holder = MountTable.ofThisProcess().of(folder);
        if (holder.isEmpty()) {
            return Optional.empty();
        }
        Set<String> namespaces = new HashSet<>();
        String here = link(PROC.resolve("self/ns/mnt"));
        String self = Long.toString(ProcessHandle.current().pid());
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                boolean other = !process.getFileName().toString().equals(self);
                if (other && hasOpen(process, folder)) {
                    return Optional.of("process " + process.getFileName() + " (" + name(process) + ")");
                }
                if (namespaces.add(link(process.resolve("ns/mnt")))
                        && mounts(
                                process,
                                folder,
                                holder.get(),
                                link(process.resolve("ns/mnt")).equals(here))) {
                    return Optional.of(
                            "a mount that process " + process.getFileName() + " (" + name(process) + ") sees");
                }
            }
        } catch (IOException e) {
            return Optional.of("processes that could not be listed: " + e.getMessage());
        }
        return Optional.empty();
    }

    private static boolean hasOpen(Path process, Path folder) {
        if (Path.of(link(process.resolve("cwd"))).startsWith(folder)) {
            return true;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                String target = link(file);
                if (target.startsWith("/") && Path.of(target).startsWith(folder)) {
                    return true;
                }
            }
        } catch (IOException ignored) {
            // It ended meanwhile, or is another user's.
        }
        return false;
    }

    private static boolean mounts(Path process, Path folder, MountTable.Entry holder, boolean own) {
        List<MountTable.Entry> entries;
        try {
            entries = MountTable.read(process.resolve("mountinfo")).entries();
        } catch (IOException ended) {
            return false;
        }
        // The folder as its own file system names it: a namespace may have it at another place.
        String inside = Path.of(holder.root())
                .resolve(holder.place().relativize(folder).toString())
                .toString();
        // Of a container that is just starting: it copied what an engine has mounted on its own data, and drops it
        // soon.
        boolean copied = !own && entries.stream().anyMatch(entry -> sameMount(entry, holder));
        for (MountTable.Entry entry : entries) {
            boolean itself = entry.device().equals(holder.device())
                    && Path.of(entry.root()).startsWith(inside)
                    && !entry.place().equals(holder.place())
                    && !(copied && entry.place().startsWith(folder));
            boolean inIt = entry.place().startsWith(folder) && !entry.place().equals(folder);
            boolean madeOfIt = entry.type().equals("overlay") && entry.options().contains("=" + folder + "/");
            // Every new namespace begins with a copy of all mounts, and keeps what is unmounted elsewhere: not a use of
            // them. Who mounts there for himself has files open there.
            if (itself || (own && (inIt || madeOfIt))) {
                return true;
            }
        }
        return false;
    }

    private static boolean sameMount(MountTable.Entry one, MountTable.Entry other) {
        return one.device().equals(other.device())
                && one.root().equals(other.root())
                && one.place().equals(other.place());
    }

    private static String name(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "ended";
        }
    }

    private static String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
