package io.sandboximage.rootfs;

import io.sandboximage.disk.Qcow2;
import io.sandboximage.disk.SeekableZstd;
import io.sandboximage.disk.Verity;
import io.sandboximage.disk.VerityTree;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What is made of a file system that is complete: a hash tree, another form than the raw one.
 *
 * @param verity whether a hash tree is made: appended, unless it has a file of its own
 */
record Ext4Finish(boolean verity, Optional<Path> verityFile, Form form) {
    static final Ext4Finish NOTHING = new Ext4Finish(false, Optional.empty(), Form.RAW);

    /** What the file is to programs. */
    enum Form {
        RAW,
        ZSTD,
        QCOW2
    }

    /** Chooses a form, or takes the choice back. */
    Ext4Finish withForm(Form chosen, boolean on) {
        if (on && form != Form.RAW && form != chosen) {
            throw new InvalidRequestException("A file cannot be " + form + " and " + chosen + " at once: choose one");
        }
        return new Ext4Finish(verity, verityFile, on ? chosen : form == chosen ? Form.RAW : form);
    }

    /** Whether the file is more than the file system, so that it does not tell by itself whether it is the one that is wanted. */
    boolean anything() {
        return verity || form != Form.RAW;
    }

    /**
     * @param work where another form may lie
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
        switch (form) {
            case RAW -> {
                return file;
            }
            case ZSTD -> SeekableZstd.compress(file, work, threads, progress);
            case QCOW2 -> Qcow2.write(file, work, progress);
        }
        return work;
    }
}
