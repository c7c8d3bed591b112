package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.PipelineResult;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.Snapshot;
import io.sandboximage.examples.Place;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.rootfs.LayerCache;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "ext4",
        description = "Writes an image as a bootable ext4 file system; pushes, pulls and reads such files.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class Ext4Command extends ReportingCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    // Not required, as those of the commands below are: see given.
    @Parameters(
            paramLabel = "IMAGE",
            arity = "0..1",
            description = "oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, docker://NAME or NAME.")
    private @Nullable Place image;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where the file system goes, required; the file appears whole or not at all.")
    private @Nullable Path output;

    @Option(names = "--size", description = "Exact size, for instance 10GiB; otherwise content plus 20 %%.")
    private @Nullable DataSize size;

    @Option(names = "--min-size", description = "Least size without --size, for instance 2GiB.")
    private @Nullable DataSize minimumSize;

    @Option(names = "--free", description = "Free space without --size, for instance 512MiB.")
    private @Nullable DataSize free;

    @Option(names = "--inodes", description = "How many inodes; otherwise one for each 16 KiB.")
    private @Nullable Long inodes;

    @Option(
            names = "--add",
            paramLabel = "SRC:/DST[:MODE[:UID:GID]]",
            description = "Merges a file or what is in a folder over the image; may be repeated.")
    private List<AddedFiles> added = List.of();

    @Option(names = "--platform", description = "For instance linux/arm64; otherwise Linux on this processor.")
    private @Nullable Platform platform;

    @Option(
            names = "--cache-dir",
            paramLabel = "DIR",
            description = "Keeps layers, fetched and unpacked, for the next time.")
    private @Nullable Path cacheDir;

    @Option(names = "--cache-size", description = "Largest size of the unpacked layers in it, 32GiB by default.")
    private @Nullable DataSize cacheSize;

    @Option(names = "--no-sha256", description = "With --json: does not read the file once more for its digest.")
    private boolean noSha256;

    @Option(
            names = "--in-place",
            description =
                    "With --cache-dir: makes the file of an earlier run into the new one; nobody may have it open.")
    private boolean inPlace;

    @Option(names = "--no-sync", description = "Does not wait for the disk: for files that a power cut may cost.")
    private boolean noSync;

    @Option(
            names = "--verity",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "",
            description = "Makes a hash tree of dm-verity: appends it, or writes it to a file of its own.")
    private @Nullable String verity;

    @Option(
            names = "--compress",
            paramLabel = "zstd",
            description = "Compresses the file so that it can be read in parts; on by itself for names with .zst.")
    private @Nullable Compress compress;

    @Option(names = "--format", description = "raw or qcow2, QEMU's own; qcow2 by itself for names with .qcow2.")
    private @Nullable Format format;

    @Option(names = "--no-journal", description = "Leaves the journal out.")
    private boolean noJournal;

    @Option(names = "--label", description = "Volume label, at most 16 bytes.")
    private @Nullable String label;

    @Option(names = "--uuid", description = "UUID; otherwise derived from the image and the options.")
    private @Nullable UUID uuid;

    @Option(names = "--creds", paramLabel = "USER:PASSWORD", defaultValue = "", description = "For the registry.")
    private String creds = "";

    @Option(names = "--plain-http", description = "Speaks http with the registry.")
    private boolean plainHttp;

    private Ext4Command(Terminal terminal) {
        super(terminal);
    }

    /** With the commands for what it makes. */
    static CommandLine line(Terminal terminal) {
        return new CommandLine(new Ext4Command(terminal))
                .addSubcommand(new Ext4PushCommand(terminal))
                .addSubcommand(new Ext4PullCommand(terminal))
                .addSubcommand(new Ext4ListCommand(terminal))
                .addSubcommand(new Ext4CatCommand(terminal))
                .addSubcommand(new Ext4ExtractCommand(terminal))
                .addSubcommand(new Ext4DiffCommand(terminal));
    }

    @Override
    Report execute(ProgressRenderer renderer) {
        if (image == null || output == null) {
            throw new ParameterException(spec.commandLine(), "Missing: IMAGE and --output=FILE");
        }
        Place from = image;
        Ext4Snapshotter snapshotter = snapshotter(output);
        try (RegistryClient registries = new RegistryAccess().with(from, creds).open(plainHttp)) {
            PipelineResult result = SandboxImagePipeline.builder()
                    .produce(progress -> from.source(registries))
                    .snapshot(snapshotter)
                    .progress(renderer)
                    .run();
            return report(from, result.snapshots().get(0));
        }
    }

    private Ext4Snapshotter snapshotter(Path file) {
        // The hash is for programs that record it; it takes one more pass over the file.
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(file)
                .journal(!noJournal)
                .durable(!noSync)
                .inPlace(inPlace)
                .computeSha256(json() && !noSha256);
        if (verity != null) {
            snapshotter = verity.isEmpty() ? snapshotter.verity() : snapshotter.verity(Path.of(verity));
        }
        if (compress != null || file.toString().endsWith(".zst")) {
            snapshotter = snapshotter.compressed(true);
        }
        if (format == Format.qcow2 || (format == null && file.toString().endsWith(".qcow2"))) {
            snapshotter = snapshotter.qcow2(true);
        }
        if (size != null) {
            snapshotter = snapshotter.size(size.bytes());
        }
        if (minimumSize != null) {
            snapshotter = snapshotter.minimumSize(minimumSize.bytes());
        }
        if (free != null) {
            snapshotter = snapshotter.freeSpace(free.bytes());
        }
        if (inodes != null) {
            snapshotter = snapshotter.inodes(inodes);
        }
        for (AddedFiles files : added) {
            snapshotter = snapshotter.add(files.layer());
        }
        if (platform != null) {
            snapshotter = snapshotter.platform(platform);
        }
        if (cacheDir != null) {
            LayerCache layers = LayerCache.at(cacheDir.resolve("layers"));
            snapshotter = snapshotter
                    .cacheDir(cacheDir)
                    .layerCache(cacheSize == null ? layers : layers.maxBytes(cacheSize.bytes()));
        }
        if (label != null) {
            snapshotter = snapshotter.label(label);
        }
        if (uuid != null) {
            snapshotter = snapshotter.uuid(uuid);
        }
        return snapshotter;
    }

    private static Report report(Place from, Snapshot snapshot) {
        Map<String, String> facts = snapshot.properties();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("image", from.toString());
        json.put("digest", snapshot.image().toString());
        json.put("file", snapshot.reference());
        json.put("reused", snapshot.reused());
        number(facts, "sizeBytes", json, "sizeBytes");
        number(facts, "usedBytes", json, "usedBytes");
        number(facts, "files", json, "files");
        if (facts.containsKey("sha256")) {
            json.put("sha256", facts.get("sha256"));
        }
        if (facts.containsKey("verityRootHash")) {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("rootHash", facts.get("verityRootHash"));
            tree.put("salt", facts.get("veritySalt"));
            tree.put("uuid", facts.get("verityUuid"));
            number(facts, "verityHashOffset", tree, "hashOffset");
            number(facts, "verityDataBlocks", tree, "dataBlocks");
            json.put("verity", tree);
        }
        number(facts, "layers", json, "layers");
        number(facts, "layersLocal", json, "cacheHits");
        number(facts, "layersReused", json, "layersReused");
        number(facts, "reusedBytes", json, "reusedBytes");
        Map<String, Object> timings = new LinkedHashMap<>();
        number(facts, "unpackMillis", timings, "unpackMillis");
        number(facts, "planMillis", timings, "planMillis");
        number(facts, "copyMillis", timings, "copyMillis");
        number(facts, "finishMillis", timings, "finishMillis");
        timings.put("totalMillis", snapshot.took().toMillis());
        json.put("timings", timings);
        return new Report(json, () -> text(snapshot, facts));
    }

    private static String text(Snapshot snapshot, Map<String, String> facts) {
        String size = DataSize.ofBytes(Long.parseLong(facts.getOrDefault("sizeBytes", "0")))
                .toString();
        return snapshot.reference() + (snapshot.reused() ? " is up to date" : " written") + ": " + size + ", "
                + facts.getOrDefault("files", "?") + " files, image " + snapshot.image() + ", "
                + Texts.seconds(snapshot.took())
                + "\n"
                + (facts.containsKey("verityRootHash")
                        ? "root hash " + facts.get("verityRootHash") + ", hash offset " + facts.get("verityHashOffset")
                                + "\n"
                        : "");
    }

    private static void number(Map<String, String> facts, String name, Map<String, Object> json, String as) {
        String value = facts.get(name);
        if (value != null) {
            json.put(as, Long.valueOf(value));
        }
    }

    /** How files can be compressed. */
    enum Compress {
        zstd
    }

    /** What programs take the file for. */
    enum Format {
        raw,
        qcow2
    }
}
