// The tutorial (docs/tutorial.md) as a script: examples/bin/sdk-shell examples/jshell/tutorial.jsh
// It needs a JDK and nothing else, writes below one temporary folder, and removes it in the end.

// 1. An image, made of nothing but what is said here. The same words give the same digest on every machine.
Path dir = Files.createTempDirectory("tutorial");
var mine = scratch().
        layer(LayerSpec.empty().directory("/etc", 0755).file("/etc/motd", "welcome\n".getBytes(), 0644)).
        env("LANG", "C.UTF-8").
        cmd("/bin/sh");

// 2. Into an OCI layout, which is a folder; and from there back into the hand.
var first = pipeline(mine).to(OciLayout.sink(dir.resolve("layout"), "v1")).run();
var stored = image("oci:" + dir.resolve("layout") + ":v1");
System.out.println("kept: " + stored.descriptor().digest().equals(first.image().digest()));
System.out.println("layers: " + stored.image(Platform.linuxOnThisMachine()).layers().size());

// 3. Into a registry on the loopback interface. The second time there is nothing left to move.
var registry = RegistryServer.builder().start();
String name = registry.address() + "/acme/tutorial:v1";
System.out.println("copied: " + copy(stored, name).blobsCopied());
System.out.println("copied again: " + copy(stored, name).blobsCopied());

// 4. Out of the registry into a file system that boots, without root and without a loop device.
var snapshot = ext4(image(name), dir.resolve("root.ext4").toString());
var disk = Ext4Reader.open(Path.of(snapshot.reference()));
disk.verify();
System.out.println("files: " + snapshot.properties().get("files"));
disk.close();

// 5. All of it in one run: the plan first, then the work, then a record of what came out.
var all = pipeline(image(name)).
        to(OciArchive.sink(dir.resolve("tutorial.tar"))).
        snapshot(Ext4Snapshotter.to(dir.resolve("again.ext4")).label("tutorial")).
        record(Recorders.envFile(dir.resolve(".env"), "SANDBOX_ROOTFS")).
        state(dir.resolve("state")).
        build();
all.plan().steps().forEach(step -> System.out.println("plan: " + step.kind()));
var result = all.run();
System.out.println("recorded: " + Files.readString(dir.resolve(".env")).contains("again.ext4"));

// 6. A second run with nothing changed does nothing again.
System.out.println("reused: " + all.run().snapshots().get(0).reused());

// 7. What goes wrong says what to do.
try {
    image(registry.address() + "/acme/missing:v1").descriptor();
} catch (NotFoundException e) {
    System.out.println("missing: " + e.getMessage().contains("acme/missing"));
}

registry.close();
try (var files = Files.walk(dir)) {
    files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
}
/exit
