package io.sandboximage.testkit.depot;

import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the root file systems of emulated sandboxes are made of.
 *
 * @param template copied for each sandbox
 * @param mounts folders of this machine that commands see at the same place, read-only
 */
record SandboxRoots(Path template, List<Path> mounts) {
    private static final List<String> FOLDERS =
            List.of("dev", "proc", "tmp", "etc", "root", "home/runner", "usr/local/bin", "bin");

    static SandboxRoots busybox(Path template) {
        try {
            folders(template, FOLDERS);
            Path busybox = template.resolve("bin/busybox");
            Files.copy(Engine.BUSYBOX_STATIC.path(), busybox, StandardCopyOption.COPY_ATTRIBUTES);
            for (String name :
                    Command.of(busybox, "--list").run().orFail().output().split("\n")) {
                Path link = template.resolve("bin").resolve(name);
                if (!name.isBlank() && !Files.exists(link)) {
                    Files.createSymbolicLink(link, Path.of("busybox"));
                }
            }
            return new SandboxRoots(template, List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SandboxRoots hostPrograms(Path template) {
        try {
            List<Path> mounts = new ArrayList<>(List.of(Path.of("/etc")));
            folders(
                    template,
                    FOLDERS.stream().filter(name -> !name.equals("bin")).toList());
            // All of /usr but /usr/local: what tests install there is the sandbox's own.
            try (Stream<Path> parts = Files.list(Path.of("/usr"))) {
                parts.filter(Files::isDirectory)
                        .filter(part -> !part.endsWith("local") && !Files.isSymbolicLink(part))
                        .forEach(mounts::add);
            }
            Path java = Path.of(System.getProperty("java.home"));
            if (!java.startsWith("/usr") || java.startsWith("/usr/local")) {
                mounts.add(java);
            }
            for (Path mount : mounts) {
                Files.createDirectories(template.resolve(mount.toString().substring(1)));
            }
            try (Stream<Path> top = Files.list(Path.of("/"))) {
                for (Path name : top.filter(Files::isSymbolicLink).toList()) {
                    Path target = Files.readSymbolicLink(name);
                    if (target.toString().startsWith("usr/")) {
                        Files.createSymbolicLink(
                                template.resolve(name.getFileName().toString()), target);
                    }
                }
            }
            return new SandboxRoots(template, mounts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void folders(Path root, List<String> names) throws IOException {
        for (String name : names) {
            Files.createDirectories(root.resolve(name));
        }
        Command.of("chmod", "1777", root.resolve("tmp")).run().orFail();
    }

    /** A root for a new sandbox; {@code from} is the template or a snapshot. */
    static Path copy(Path from, Path to) {
        Command.of("cp", "-a", "--reflink=auto", from, to).run().orFail();
        return to;
    }

    /** Removes a root. Its mounts were in name spaces of their own, which went with their processes. */
    static void remove(Path root) {
        Command.of("rm", "-rf", "--one-file-system", root).run().orFail();
    }
}
