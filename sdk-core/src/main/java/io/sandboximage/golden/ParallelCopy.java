package io.sandboximage.golden;

import io.sandboximage.golden.internal.dataroot.DataRoot;
import io.sandboximage.golden.internal.host.Program;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Copies a data root by several programs at a time, some layers each. Hard links stay links within a layer; engines make none from one
 * to another.
 */
final class ParallelCopy {
    private static final int MOST_THREADS = 8;
    /** So that no thread is left with much more than the others, and few programs start. */
    private static final int LAYERS_AT_ONCE = 8;

    private final Path source;
    private final Path target;
    private final TreeSet<Path> parted = new TreeSet<>();

    private ParallelCopy(Path source, Path target) {
        this.source = source;
        this.target = target;
        for (Path folder : new DataRoot(source).layerFolders()) {
            Path below = source.relativize(folder);
            for (int i = 1; i <= below.getNameCount(); i++) {
                parted.add(source.resolve(below.subpath(0, i)));
            }
        }
        parted.add(source);
    }

    static void copy(Path source, Path target) {
        new ParallelCopy(source, target).run();
    }

    private void run() {
        Map<Path, FileTime> times = new LinkedHashMap<>();
        List<Runnable> copies = new ArrayList<>();
        try {
            // A folder comes before what is in it.
            for (Path folder : parted) {
                times.put(at(folder), Files.getLastModifiedTime(folder));
                Files.copy(folder, at(folder), StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                List<Path> entries = StoreFiles.list(folder).stream()
                        .map(folder::resolve)
                        .filter(entry -> !parted.contains(entry))
                        .toList();
                for (int i = 0; i < entries.size(); i += LAYERS_AT_ONCE) {
                    List<Path> some = entries.subList(i, Math.min(entries.size(), i + LAYERS_AT_ONCE));
                    copies.add(() -> Program.run("copy " + folder, command(some, at(folder))));
                }
            }
            int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
            try (Workers workers = new Workers(threads, "copying a golden cache")) {
                workers.run(copies);
            }
            for (Map.Entry<Path, FileTime> time : times.entrySet()) {
                Files.setLastModifiedTime(time.getKey(), time.getValue());
            }
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
    }

    private static Object[] command(List<Path> entries, Path folder) {
        List<Object> command = new ArrayList<>(Trees.COPY);
        command.add("--target-directory=" + folder);
        command.addAll(entries);
        return command.toArray();
    }

    private Path at(Path folder) {
        return target.resolve(source.relativize(folder).toString());
    }
}
