package io.sandboximage.golden.internal.dataroot;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What containerd's overlayfs snapshotter wrote down of its snapshots. */
final class Snapshots {
    private static final byte COMMITTED = 3;
    private static final int VARINT_BITS = 7;

    private Snapshots() {}

    /**
     * Chain ID, in a form fit for file names, by number of each committed snapshot; empty where its name holds none.
     *
     * @param database {@code metadata.db}; it need not be there
     */
    static Map<String, String> read(Path database) {
        Map<String, String> chains = new LinkedHashMap<>();
        Folder.read(database)
                .map(BoltFile::new)
                .flatMap(bolt -> bolt.root().bucket("v1"))
                .flatMap(version -> version.bucket("snapshots"))
                .ifPresent(snapshots -> snapshots.buckets().forEach((name, snapshot) -> {
                    Optional<byte[]> kind = snapshot.value("kind");
                    Optional<byte[]> id = snapshot.value("id");
                    if (kind.isPresent() && id.isPresent() && kind.get().length == 1 && kind.get()[0] == COMMITTED) {
                        // namespace/number/name
                        String last = name.substring(name.lastIndexOf('/') + 1);
                        chains.put(
                                Long.toString(varint(id.get())),
                                last.startsWith("sha256:") ? LayerPlace.layerKey(last) : "");
                    }
                }));
        return chains;
    }

    static long varint(byte[] bytes) {
        long value = 0;
        for (int i = 0; i < bytes.length && i * VARINT_BITS < Long.SIZE; i++) {
            value |= (long) (bytes[i] & 0x7f) << (i * VARINT_BITS);
        }
        return value;
    }
}
