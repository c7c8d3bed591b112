package io.sandboximage.rootfs;

import io.sandboximage.disk.SeekableZstd;
import io.sandboximage.disk.Verity;
import io.sandboximage.disk.VerityTree;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What is made of a file system that is complete: a hash tree, a compressed form.
 *
 * @param verity whether a hash tree is made: appended, unless it has a file of its own
 */
record Ext4Finish(boolean verity, Optional<Path> verityFile, boolean compressed) {
    static final Ext4Finish NOTHING = new Ext4Finish(false, Optional.empty(), false);

    /** Whether the file is more than the file system, so that it does not tell by itself whether it is the one that is wanted. */
    boolean anything() {
        return verity || compressed;
    }

    /**
     * @param work where a compressed form may lie
     * @param properties take what is to be known of the hash tree
     * @return the file to publish
     */
    Path apply(
            Path file,
            Path work,
            Ext4Options options,
            int threads,
            Map<String, String> properties,
            ProgressTask progress) {
        if (verity) {
            Verity maker = Verity.derivedFrom(options.uuid().orElseThrow().toString(), threads);
            VerityTree tree = verityFile.isPresent()
                    ? maker.writeBeside(file, verityFile.get(), progress)
                    : maker.append(file, progress);
            properties.put("verityRootHash", tree.rootHash().hex());
            properties.put("veritySalt", tree.salt());
            properties.put("verityUuid", tree.uuid().toString());
            properties.put("verityHashOffset", Long.toString(tree.hashOffset()));
            properties.put("verityDataBlocks", Long.toString(tree.dataBlocks()));
        }
        if (!compressed) {
            return file;
        }
        SeekableZstd.compress(file, work, threads, progress);
        return work;
    }
}
