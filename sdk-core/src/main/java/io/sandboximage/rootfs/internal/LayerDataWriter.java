package io.sandboximage.rootfs.internal;

import io.sandboximage.error.CancelledException;
import io.sandboximage.filetree.FileContent.Range;
import io.sandboximage.filetree.Inode;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.internal.tar.TarInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The second pass over a layer: streams it again and hands the data of the files that are still there to its sink. Data that upper
 * layers hide is skipped; after the last file nothing is read any more.
 */
final class LayerDataWriter {
    private LayerDataWriter() {}

    /** @param files whose content is in this layer, in the order of its archive */
    static void write(LayerFile layer, List<Inode> files, DataSink sink, ProgressTask progress) {
        String name = LayerFile.name(layer.layer());
        try (InputStream uncompressed = layer.openUncompressed()) {
            TarInput in = new TarInput(uncompressed);
            for (Inode file : files) {
                LayerContent content = (LayerContent) file.content();
                in.skip(content.archiveOffset() - in.position(), name);
                for (Range range : content.data()) {
                    long offset = range.offset();
                    long left = range.length();
                    while (left > 0) {
                        CancelledException.throwIfInterrupted("writing the files of " + name);
                        ByteBuffer data = in.next(left, name);
                        int n = data.remaining();
                        sink.write(file, offset, data);
                        progress.advance(n);
                        offset += n;
                        left -= n;
                    }
                }
            }
        } catch (IOException e) {
            throw layer.failed(e);
        }
    }
}
