package io.sandboximage.testkit.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** The real things that tests run against, how each is found, and how to get it. {@code .ci/engines} installs what it can. */
public enum Engine {
    DOCKER_REGISTRY("docker-registry", "apt-get install docker-registry", tool("docker-registry")),
    REGISTRY_V3("registry-v3", "run .ci/engines with Go installed", tool("registry-v3")),
    /** The conformance suite of the OCI distribution specification as one executable. */
    OCI_CONFORMANCE(
            "oci-distribution-conformance",
            "put the compiled suite on the PATH; no package registry has it",
            tool("oci-distribution-conformance")),
    /** A BuildKit daemon; it runs steps with {@link #RUNC}. */
    BUILDKITD("buildkitd", "run .ci/engines with Go installed", tool("buildkitd")),
    /** BuildKit's own client, to compare with. */
    BUILDCTL("buildctl", "run .ci/engines with Go installed", tool("buildctl")),
    /** Docker Engine 20.10, found as {@code dockerd}; what belongs to it stands beside it. Needs root, as {@link #DOCKER_28}. */
    DOCKER_20("Docker Engine 20.10", "run .ci/engines as root", inFolder("docker-20.10/bin/dockerd")),
    /** Docker Engine 28.5, found as {@code dockerd}; what belongs to it stands beside it. */
    DOCKER_28("Docker Engine 28.5", "run .ci/engines as root", inFolder("docker-28.5/bin/dockerd")),
    /** Docker's command line 28.5 with the plugins {@code buildx} and {@code compose}, found as {@code docker}. */
    DOCKER_CLI("docker 28.5", "run .ci/engines as root", inFolder("docker-28.5/bin/docker")),
    /** Depot's own command line, to compare with. */
    DEPOT_CLI("depot", "run .ci/engines", tool("depot")),
    /** Daytona's own clients in Python, to compare with; the first argument is their version, the second a script. */
    DAYTONA_PYTHON("Daytona's Python clients", "run .ci/engines", tool("daytona-python")),
    /** A browser without a screen, driven as {@link BrowserProcess}. */
    CHROMIUM("chromium", "apt-get install chromium fonts-dejavu-core", tool("chromium")),
    GIT("git", "apt-get install git", tool("git")),
    /** {@code xz}; with it stand {@code bzip2} and {@code zstd}, for archives of test contexts. */
    COMPRESSORS("xz, bzip2 and zstd", "apt-get install xz-utils bzip2 zstd", search -> search.executable("xz")
            .filter(found -> search.executable("bzip2").isPresent()
                    && search.executable("zstd").isPresent())),
    OPENSSL("openssl", "apt-get install openssl", tool("openssl")),
    /** Found as {@code ssh-add}; {@code ssh-agent} and {@code ssh-keygen} stand beside it. */
    OPENSSH("OpenSSH's client programs", "apt-get install openssh-client", tool("ssh-add")),
    PODMAN("podman", "apt-get install podman", tool("podman")),
    RUNC("runc", "apt-get install runc", tool("runc")),
    SKOPEO("skopeo", "apt-get install skopeo", tool("skopeo")),
    UMOCI("umoci", "apt-get install umoci", tool("umoci")),
    /** Found as {@code e2fsck}; {@code mke2fs}, {@code debugfs}, {@code dumpe2fs} and {@code resize2fs} stand beside it. */
    E2FSPROGS("e2fsck", "apt-get install e2fsprogs", tool("e2fsck")),
    /** Makes and checks hash trees of dm-verity. */
    VERITYSETUP("veritysetup", "apt-get install cryptsetup-bin", tool("veritysetup")),
    QEMU("qemu-system-x86_64", "apt-get install qemu-system-x86", tool("qemu-system-x86_64")),
    /** Makes, checks and converts images of disks. */
    QEMU_IMG("qemu-img", "apt-get install qemu-utils", tool("qemu-img")),
    /** Found as a kernel image whose modules are in {@code /lib/modules}. */
    CLOUD_KERNEL(
            "a readable cloud kernel in /boot", "apt-get install linux-image-cloud-amd64", EngineFinders::cloudKernel),
    BUSYBOX_STATIC("a statically linked busybox", "apt-get install busybox-static", EngineFinders::staticBusybox),
    /** Found as an uncompressed tar of a minimal Debian root, owners and all. */
    DEBIAN_ROOT("debian-root.tar", "run .ci/engines as root", inFolder("debian-root.tar")),
    /** Found as {@code losetup} where it can set up devices. */
    LOOP_MOUNTS("loop mounts", "run as root on a machine with loop devices", EngineFinders::loopMounts),
    /** Found as {@code setfattr}; {@code getfattr}, {@code setfacl}, {@code getfacl} and {@code setcap} are there too. */
    XATTR_TOOLS("attr, acl and capability tools", "apt-get install attr acl libcap2-bin", search -> search.executable(
                    "setfattr")
            .filter(found -> search.executable("setfacl").isPresent()
                    && search.executable("setcap").isPresent())),
    /** Found as its home. */
    JDK_25("JDK 25", "install one in /usr/lib/jvm, or run .ci/engines as root", EngineFinders::jdk25);

    private final String title;
    private final String howToGet;

    @SuppressWarnings("ImmutableEnumChecker") // the finders hold no state
    private final Function<EngineSearch, Optional<Path>> finder;

    Engine(String title, String howToGet, Function<EngineSearch, Optional<Path>> finder) {
        this.title = title;
        this.howToGet = howToGet;
        this.finder = finder;
    }

    /** The engine as people know it. */
    public String title() {
        return title;
    }

    /** What to run on a Debian machine to have it. */
    public String howToGet() {
        return howToGet;
    }

    /** The engine on this machine, if it is here. */
    public Optional<Path> find() {
        return find(EngineSearch.ofMachine());
    }

    public Optional<Path> find(EngineSearch search) {
        return finder.apply(search);
    }

    /** The engine on this machine, for tests that require it. */
    public Path path() {
        return find().orElseThrow(() -> new AssertionError(title + " not found: " + howToGet));
    }

    /** Whether {@code .ci/engines} can install it; what it cannot may be missing under CI too. */
    boolean installable() {
        return this != OCI_CONFORMANCE;
    }

    private static Function<EngineSearch, Optional<Path>> inFolder(String path) {
        return search -> Optional.of(search.engineFolder().resolve(path)).filter(Files::isReadable);
    }

    private static Function<EngineSearch, Optional<Path>> tool(String name) {
        return search -> search.executable(name);
    }
}
