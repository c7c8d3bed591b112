package io.sandboximage.depot.snapshot;

import io.sandboximage.depot.internal.unpack.UnpackMain;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.rootfs.Ext4Snapshotter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The jars that this SDK's converter needs, found where this process runs them from. Folders of classes, as build tools and
 * development environments have them, are packed.
 */
record ConverterFiles(List<Path> jars, TemporaryDirectory packed) implements AutoCloseable {
    static final String MAIN = UnpackMain.class.getName();
    static final int MODE = 0644;

    /** One class of each jar: the core, the libraries that it uses, and what these use. */
    private static final List<String> CLASSES = List.of(
            Ext4Snapshotter.class.getName(),
            UnpackMain.class.getName(),
            "okhttp3.OkHttpClient",
            "okio.Buffer",
            "kotlin.Unit",
            "com.squareup.moshi.Moshi",
            "org.apache.commons.compress.archivers.tar.TarArchiveEntry",
            "org.apache.commons.io.IOUtils",
            "org.apache.commons.lang3.StringUtils",
            "com.github.luben.zstd.Zstd",
            "org.slf4j.LoggerFactory");

    static ConverterFiles ofThisProcess() {
        TemporaryDirectory packed = TemporaryDirectory.create("converter-");
        try {
            List<Path> jars = new ArrayList<>();
            for (Path location : locations()) {
                jars.add(Files.isDirectory(location) ? pack(location, packed.path(), jars.size()) : location);
            }
            return new ConverterFiles(List.copyOf(jars), packed);
        } catch (RuntimeException e) {
            packed.close();
            throw e;
        }
    }

    private static Set<Path> locations() {
        Set<Path> all = new LinkedHashSet<>();
        for (String name : CLASSES) {
            try {
                CodeSource source = Class.forName(name, false, ConverterFiles.class.getClassLoader())
                        .getProtectionDomain()
                        .getCodeSource();
                URL url = source == null ? null : source.getLocation();
                if (url == null || !"file".equals(url.getProtocol())) {
                    throw notFiles(name, null);
                }
                all.add(Path.of(url.toURI()));
            } catch (ClassNotFoundException | URISyntaxException e) {
                throw notFiles(name, e);
            }
        }
        return all;
    }

    private static InvalidRequestException notFiles(String name, @org.jspecify.annotations.Nullable Throwable cause) {
        return new InvalidRequestException(
                "This SDK's converter cannot be uploaded: " + name
                        + " does not come from a jar in a file here. Give another helper by UnpackHelper.url or program",
                cause);
    }

    private static Path pack(Path folder, Path into, int number) {
        Path jar = into.resolve(number + ".jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, zip);
                zip.closeEntry();
            }
            return jar;
        } catch (IOException e) {
            throw AtomicFile.failed(jar, e);
        }
    }

    @Override
    public void close() {
        packed.close();
    }
}
