package io.sandboximage.assemble;

import com.github.luben.zstd.ZstdInputStream;
import io.sandboximage.ImageSource;
import io.sandboximage.image.Layer;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Reads layers back with another tar implementation than the one that wrote them. */
final class Layers {
    private Layers() {}

    /** Path to a line that tells type, mode, owner, time, size, link and content. */
    static Map<String, String> listing(ImageSource source, int layer) throws IOException {
        return listing(source.image(Platform.LINUX_AMD64).layers().get(layer));
    }

    static Map<String, String> listing(Layer layer) throws IOException {
        Map<String, String> lines = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(open(layer), "ISO-8859-1")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String content = new String(tar.readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
                lines.put(
                        entry.getName(),
                        (char) entry.getLinkFlag() + " " + Integer.toOctalString(entry.getMode()) + " "
                                + entry.getLongUserId() + ":" + entry.getLongGroupId() + " "
                                + entry.getLastModifiedTime().toInstant().getEpochSecond() + " " + entry.getSize()
                                + (entry.getLinkName().isEmpty() ? "" : " -> " + entry.getLinkName())
                                + (entry.getDevMajor() + entry.getDevMinor() == 0
                                        ? ""
                                        : " " + entry.getDevMajor() + "," + entry.getDevMinor())
                                + (content.isEmpty() || content.length() > 40 ? "" : " \"" + content + "\""));
            }
        }
        return lines;
    }

    private static InputStream open(Layer layer) throws IOException {
        InputStream stored = layer.openCompressed();
        return switch (layer.descriptor().mediaType()) {
            case MediaTypes.OCI_LAYER_GZIP -> new GZIPInputStream(stored);
            case MediaTypes.OCI_LAYER_ZSTD -> new ZstdInputStream(stored);
            default -> stored;
        };
    }
}
