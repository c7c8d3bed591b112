package io.sandboximage.golden.internal.host;

import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted in a process's namespace, by {@code /proc/PID/mountinfo}. Immutable: as it was when it was read.
 *
 * @param entries in the order in which they were mounted
 */
public record MountTable(List<Entry> entries) {
    private static final int ROOT = 3;
    private static final int PLACE = 4;
    private static final int DEVICE = 2;
    private static final int OPTIONAL = 6;
    private static final int OCTAL = 8;

    /**
     * One mount.
     *
     * @param device major and minor number of the file system
     * @param root of the mount inside its file system
     * @param place where it is mounted
     * @param type of the file system
     * @param source for instance the device's file
     * @param options of the file system
     * @param shared whether what is mounted below it appears in other namespaces too
     */
    public record Entry(
            String device, String root, Path place, String type, String source, String options, boolean shared) {}

    public static MountTable ofThisProcess() {
        try {
            return read(Path.of("/proc/self/mountinfo"));
        } catch (IOException e) {
            throw new StorageException("Could not read what is mounted: " + AtomicFile.reason(e), e);
        }
    }

    static MountTable read(Path mountinfo) throws IOException {
        List<Entry> entries = new ArrayList<>();
        // Byte for byte: the names are in the file system's own coding.
        for (String line : new String(Files.readAllBytes(mountinfo), StandardCharsets.UTF_8).split("\n", -1)) {
            String[] fields = line.split(" ", -1);
            int dash = OPTIONAL;
            boolean shared = false;
            while (dash < fields.length && !fields[dash].equals("-")) {
                shared |= fields[dash].startsWith("shared:");
                dash++;
            }
            if (dash + 3 < fields.length) {
                entries.add(new Entry(
                        fields[DEVICE],
                        plain(fields[ROOT]),
                        Path.of(plain(fields[PLACE])),
                        fields[dash + 1],
                        plain(fields[dash + 2]),
                        plain(fields[dash + 3]),
                        shared));
            }
        }
        return new MountTable(List.copyOf(entries));
    }

    /** The mount that the path lies in. */
    public Optional<Entry> of(Path path) {
        Entry best = null;
        for (Entry entry : entries) {
            // Of two on one place the later one is seen.
            if (path.startsWith(entry.place)
                    && (best == null || entry.place.getNameCount() >= best.place.getNameCount())) {
                best = entry;
            }
        }
        return Optional.ofNullable(best);
    }

    /** What is mounted exactly there. */
    public Optional<Entry> at(Path place) {
        return of(place).filter(entry -> entry.place.equals(place));
    }

    /** What is mounted below a folder, not on it; the innermost first. */
    public List<Entry> below(Path folder) {
        List<Entry> found = new ArrayList<>();
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if (entry.place.startsWith(folder) && !entry.place.equals(folder)) {
                found.add(entry);
            }
        }
        return found;
    }

    /** Blanks and the like are written as octal numbers. */
    private static String plain(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), OCTAL));
                i += 3;
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }
}
