package io.sandboximage.golden.internal.dataroot;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What containerd wrote down of Docker's containers, and the snapshots that these wrote in. Both databases know of them, and a lease
 * keeps them, which would pin their images in every session.
 *
 * <pre>
 * meta.db       v1/NAMESPACE/containers/ID
 *               v1/NAMESPACE/leases/ID
 *               v1/NAMESPACE/snapshots/overlayfs/KEY/name        NAME in the other database
 *               v1/NAMESPACE/snapshots/overlayfs/PARENT/children/KEY
 * metadata.db   v1/snapshots/NAME/id                             number of the folder
 *               v1/parents/NUMBERS                               NAME
 * </pre>
 */
final class ContainerRecords {
    /** A container's own snapshot, and the one below it with what Docker puts there for it. */
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}(-init)?");

    private static final String SNAPSHOTS = "snapshots";

    private final Path metadata;
    private final Path snapshotter;

    /**
     * @param metadata {@code meta.db}; it need not be there
     * @param snapshotter folder of the overlayfs snapshotter
     */
    ContainerRecords(Path metadata, Path snapshotter) {
        this.metadata = metadata;
        this.snapshotter = snapshotter;
    }

    void remove() {
        Optional<BoltFile> meta = Folder.read(metadata).map(BoltFile::new);
        if (meta.isEmpty()) {
            return;
        }
        Set<String> names = new HashSet<>();
        boolean changed = false;
        for (BoltBucket namespace : meta.get()
                .root()
                .bucket("v1")
                .map(v -> List.copyOf(v.buckets().values()))
                .orElse(List.of())) {
            for (String kind : List.of("containers", "leases")) {
                changed |= namespace
                        .bucket(kind)
                        .filter(all -> all.buckets().keySet().removeIf(ContainerRecords::isContainers))
                        .isPresent();
            }
            Optional<BoltBucket> snapshots =
                    namespace.bucket(SNAPSHOTS).flatMap(all -> all.bucket(ContainerdStore.OVERLAYFS));
            snapshots.ifPresent(all -> names.addAll(takeSnapshots(all)));
        }
        if (changed || !names.isEmpty()) {
            removeFromSnapshotter(names);
            Folder.write(
                    metadata, BoltWriter.write(meta.get().root(), meta.get().pageSize()));
        }
    }

    /** Their names in the snapshotter's database. */
    private static Set<String> takeSnapshots(BoltBucket snapshots) {
        Set<String> names = new HashSet<>();
        snapshots.buckets().forEach((key, snapshot) -> {
            if (isContainers(key)) {
                snapshot.value("name").ifPresent(name -> names.add(text(name)));
            }
            snapshot.bucket("children")
                    .ifPresent(children -> children.values().keySet().removeIf(ContainerRecords::isContainers));
        });
        snapshots.buckets().keySet().removeIf(ContainerRecords::isContainers);
        return names;
    }

    private void removeFromSnapshotter(Set<String> names) {
        Path database = snapshotter.resolve("metadata.db");
        Optional<BoltFile> file = Folder.read(database).map(BoltFile::new);
        Optional<BoltBucket> version = file.flatMap(bolt -> bolt.root().bucket("v1"));
        if (version.isEmpty()) {
            return;
        }
        Set<Long> numbers = new HashSet<>();
        version.get()
                .bucket(SNAPSHOTS)
                .ifPresent(snapshots -> names.forEach(
                        name -> Optional.ofNullable(snapshots.buckets().remove(name))
                                .flatMap(snapshot -> snapshot.value("id"))
                                .ifPresent(id -> numbers.add(Snapshots.varint(id)))));
        version.get()
                .bucket("parents")
                .ifPresent(parents -> parents.values().values().removeIf(child -> names.contains(text(child))));
        Folder.write(database, BoltWriter.write(file.get().root(), file.get().pageSize()));
        numbers.forEach(number -> Folder.remove(snapshotter.resolve(SNAPSHOTS).resolve(Long.toString(number))));
    }

    private static boolean isContainers(String key) {
        return KEY.matcher(key).matches();
    }

    private static String text(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
