package io.sandboximage.testkit.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finders for engines that are more than one executable of a known name. */
final class EngineFinders {
    private static final String KERNEL_PREFIX = "vmlinuz-";
    private static final int ELF_HEADERS_BYTES = 4096;

    private EngineFinders() {}

    /** The newest kernel by the time of its file, among those that are readable and have modules. */
    static Optional<Path> cloudKernel(EngineSearch search) {
        Path boot = search.root().resolve("boot");
        if (!Files.isDirectory(boot)) {
            return Optional.empty();
        }
        List<Path> kernels = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(boot, KERNEL_PREFIX + "*-cloud-amd64")) {
            for (Path kernel : files) {
                String version = kernel.getFileName().toString().substring(KERNEL_PREFIX.length());
                if (Files.isReadable(kernel)
                        && Files.isDirectory(
                                search.root().resolve("lib/modules").resolve(version))) {
                    kernels.add(kernel);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not list " + boot, e);
        }
        return kernels.stream()
                .max(Comparator.comparing(kernel -> kernel.toFile().lastModified()));
    }

    static Optional<Path> staticBusybox(EngineSearch search) {
        return search.executable("busybox").filter(EngineFinders::staticallyLinked);
    }

    /** A dynamically linked executable names its loader (PT_INTERP) right behind the program headers. */
    private static boolean staticallyLinked(Path executable) {
        try (InputStream in = Files.newInputStream(executable)) {
            String head = new String(in.readNBytes(ELF_HEADERS_BYTES), StandardCharsets.ISO_8859_1);
            return head.startsWith("\u007fELF") && !head.contains("/ld-");
        } catch (IOException e) {
            return false;
        }
    }

    static Optional<Path> loopMounts(EngineSearch search) {
        if (!Files.isWritable(search.root().resolve("dev/loop-control"))) {
            return Optional.empty();
        }
        return search.executable("losetup").filter(losetup -> {
            // Asks the kernel for a free device: fails where containers hide them.
            CommandResult result = Command.of(losetup.toString(), "--find")
                    .timeout(Duration.ofSeconds(10))
                    .run();
            return result.exitCode() == 0;
        });
    }

    /** A JDK says what it is in its file {@code release}. */
    static Optional<Path> jdk25(EngineSearch search) {
        List<Path> homes = new ArrayList<>();
        homes.add(search.engineFolder().resolve("jdk-25"));
        Path installed = search.root().resolve("usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(installed, "*25*")) {
                folders.forEach(homes::add);
            } catch (IOException e) {
                throw new UncheckedIOException("Could not list " + installed, e);
            }
        }
        return homes.stream()
                .filter(home -> Files.isExecutable(home.resolve("bin/javac")))
                .filter(home -> {
                    try {
                        return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"25");
                    } catch (IOException e) {
                        return false;
                    }
                })
                .findFirst();
    }
}
