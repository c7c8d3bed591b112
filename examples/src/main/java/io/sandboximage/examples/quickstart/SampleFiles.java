package io.sandboximage.examples.quickstart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the sample image holds: a root that boots where there is a busybox for it, and an application in a layer above. */
final class SampleFiles {
    static final String MARKER = "sandbox-image: hello from init";

    private static final int STICKY_FOR_ALL = 01777;
    private static final int ROOT_ONLY = 0700;
    private static final int EXECUTABLE = 0755;
    private static final String APP = "/srv/app";
    /** More than 16 bits hold. */
    private static final int APP_USER = 200_000;

    private static final int LARGE_FILE_LINES = 40_000;

    private SampleFiles() {}

    /** From the bottom; what a layer names again is as its upper layer says. */
    static List<SampleLayer> layers(Optional<Path> busybox) {
        return List.of(
                SampleLayer.inMemory(root(busybox)),
                new SampleLayer(APP, application()),
                SampleLayer.inMemory(List.of(SampleFile.file("/etc/hostname", "quickstart\n"))));
    }

    /** Directories that a Linux root needs, links of both kinds, names that are not ASCII, and init where there is one. */
    private static List<SampleFile> root(Optional<Path> busybox) {
        List<SampleFile> files = new ArrayList<>();
        for (String name :
                List.of("/bin", "/dev", "/etc", "/etc/init.d", "/proc", "/run", "/sbin", "/srv", APP, "/sys", "/var")) {
            files.add(SampleFile.directory(name));
        }
        files.add(SampleFile.directory("/root").mode(ROOT_ONLY));
        files.add(SampleFile.directory("/tmp").mode(STICKY_FOR_ALL));
        files.add(SampleFile.file("/etc/hostname", "replaced by a layer above\n"));
        files.add(SampleFile.file(
                "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:200000:200000::/srv/app:/bin/sh\n"));
        files.add(SampleFile.file("/etc/group", "root:x:0:\napp:x:200000:\n"));
        files.add(SampleFile.file("/etc/nämés-are-bytes", ""));
        files.add(SampleFile.link("/var/run", "../run"));
        files.add(SampleFile.link("/var/long", "../".repeat(60) + "etc/hostname"));
        busybox.ifPresent(program -> addInit(files, program));
        return files;
    }

    /** A large owner, hard links, and a file of some size. */
    private static List<SampleFile> application() {
        SampleFile config = SampleFile.file(APP + "/config.json", "{\"greeting\": \"hello\"}\n")
                .mode(0640);
        return Stream.of(
                        config,
                        SampleFile.hardLink(APP + "/config.backup.json", config),
                        SampleFile.link(APP + "/settings", "config.json"),
                        SampleFile.file(APP + "/data.csv", "line,of,a,file,of,a,megabyte\n".repeat(LARGE_FILE_LINES)))
                .map(file -> file.owner(APP_USER, APP_USER))
                .toList();
    }

    private static void addInit(List<SampleFile> files, Path busybox) {
        files.add(SampleFile.program("/bin/busybox", busybox));
        files.add(SampleFile.link("/bin/sh", "busybox"));
        files.add(SampleFile.link("/sbin/init", "../bin/busybox"));
        files.add(SampleFile.file("/etc/inittab", "::sysinit:/etc/init.d/rcS\nconsole::respawn:-/bin/sh\n"));
        String start = "#!/bin/sh\n/bin/busybox mount -t proc proc /proc\n/bin/busybox mount -t sysfs sys /sys\n"
                + "echo '" + MARKER + "'\n";
        files.add(SampleFile.file("/etc/init.d/rcS", start).mode(EXECUTABLE));
    }
}
