package io.sandboximage.daytona;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.Snapshotter;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.PreflightReport;
import io.sandboximage.daytona.snapshot.Replacement;
import io.sandboximage.daytona.snapshot.Retention;
import io.sandboximage.daytona.snapshot.SnapshotResources;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns an image into a Daytona snapshot, from wherever the image is and without a Docker engine. Immutable and thread-safe; every
 * step gives a changed copy.
 *
 * <pre>{@code
 * DaytonaSnapshotter.fromEnvironment().name("sandbox-{digest}").resources(2, 4, 10).keepNewest(3)
 * }</pre>
 *
 * <p>A snapshot of the same name, image and options that is there already is used as it is, and nothing is transferred. What
 * {@link Preflight} finds ends the work before anything is sent.
 *
 * <p>The reference of the result is the snapshot's name. Its properties: {@code snapshotId}, {@code snapshotName}, {@code image},
 * {@code state}, {@code sizeGb}; where something was pushed {@code blobsCopied}, {@code blobsSkipped}, {@code bytesCopied}; where old
 * snapshots went {@code removed}.
 */
public final class DaytonaSnapshotter implements Snapshotter {
    /** The kind of its snapshots. */
    public static final String KIND = "daytona";

    private final Settings settings;

    private DaytonaSnapshotter(Settings settings) {
        this.settings = settings;
    }

    /** Opens a client by {@link DaytonaClient#fromEnvironment()} for each snapshot. */
    public static DaytonaSnapshotter fromEnvironment() {
        return new DaytonaSnapshotter(new Settings());
    }

    /** Goes through a client of yours, which stays open. */
    public static DaytonaSnapshotter with(DaytonaClient client) {
        Settings settings = new Settings();
        settings.client = client;
        return new DaytonaSnapshotter(settings);
    }

    /**
     * The snapshot's name. {@code {digest}} stands for the image's digest (12 digits), {@code {date}} for the day and {@code {time}}
     * for the moment (UTC); others are defined with {@link #variable}. {@code sandbox-{digest}} unless set.
     *
     * @throws io.sandboximage.error.InvalidRequestException if a brace is not closed
     */
    public DaytonaSnapshotter name(String template) {
        Settings changed = settings.copy();
        changed.template = NameTemplate.of(template);
        return new DaytonaSnapshotter(changed);
    }

    /** Defines {@code {name}} for the template. */
    public DaytonaSnapshotter variable(String name, String value) {
        Settings changed = settings.copy();
        Map<String, String> more = new LinkedHashMap<>(settings.variables);
        more.put(name, value);
        changed.variables = Map.copyOf(more);
        return new DaytonaSnapshotter(changed);
    }

    /** What each sandbox gets; 2 CPU, 4 GB of memory and 10 GB of disk unless set. */
    public DaytonaSnapshotter resources(int cpu, int memoryGb, int diskGb) {
        Settings changed = settings.copy();
        changed.resources = SnapshotResources.of(cpu, memoryGb, diskGb);
        return new DaytonaSnapshotter(changed);
    }

    /** What each sandbox runs; the image's ENTRYPOINT and CMD unless set. */
    public DaytonaSnapshotter entrypoint(List<String> command) {
        Settings changed = settings.copy();
        changed.entrypoint = List.copyOf(command);
        return new DaytonaSnapshotter(changed);
    }

    public DaytonaSnapshotter region(String id) {
        Settings changed = settings.copy();
        changed.region = Optional.of(id);
        return new DaytonaSnapshotter(changed);
    }

    public DaytonaSnapshotter sandboxClass(String name) {
        Settings changed = settings.copy();
        changed.sandboxClass = Optional.of(name);
        return new DaytonaSnapshotter(changed);
    }

    /** How long the snapshot may take after the push; half an hour unless set. */
    public DaytonaSnapshotter deadline(Duration limit) {
        Settings changed = settings.copy();
        changed.wait = SnapshotWait.atMost(limit);
        return new DaytonaSnapshotter(changed);
    }

    /**
     * Makes a new version beside the current one, under a name of its own that begins with the template's text, and lets old ones go;
     * see {@link Snapshots#replace}.
     */
    public DaytonaSnapshotter replacing(Retention retention) {
        Settings changed = settings.copy();
        changed.replacing = Optional.of(retention);
        return new DaytonaSnapshotter(changed);
    }

    /**
     * Removes older snapshots whose names begin as the template does, up to its first brace. The one just made, and those that
     * sandboxes were made from, always stay.
     *
     * @throws io.sandboximage.error.InvalidRequestException if the template begins with a brace: that would be all snapshots
     */
    public DaytonaSnapshotter keepNewest(int count) {
        settings.template.requirePrefix();
        Settings changed = settings.copy();
        changed.keep = Optional.of(Retention.newest(count));
        return new DaytonaSnapshotter(changed);
    }

    @Override
    public String name() {
        return "daytona " + settings.template;
    }

    @Override
    public String spec() {
        return String.join(
                " ",
                name(),
                new TreeMap<>(settings.variables).toString(),
                settings.resources.toString(),
                settings.entrypoint.toString(),
                settings.region.orElse(""),
                settings.sandboxClass.orElse(""));
    }

    /** Whether it is there and active: a run that goes on where another was broken off makes no second one, whatever its name. */
    @Override
    public boolean has(Snapshot earlier) {
        return withClient(client -> client.snapshots()
                .find(earlier.reference())
                .filter(found -> found.state().active())
                .isPresent());
    }

    /**
     * Pushes what Daytona's registry lacks of the image's linux/amd64 form and makes the snapshot.
     *
     * @throws io.sandboximage.error.SandboxImageException with the server's reason
     */
    @Override
    public Snapshot snapshot(ImageSource source, ProgressTask progress) {
        return withClient(client -> snapshot(client, source, progress));
    }

    private <T> T withClient(Function<DaytonaClient, T> work) {
        DaytonaClient given = settings.client;
        if (given != null) {
            return work.apply(given);
        }
        try (DaytonaClient own = DaytonaClient.fromEnvironment()) {
            return work.apply(own);
        }
    }

    private Snapshot snapshot(DaytonaClient client, ImageSource source, ProgressTask progress) {
        long start = System.nanoTime();
        String digest = source.descriptor().digest().hex();
        SnapshotSpec spec = spec(settings.template.expand(client.now(), digest, settings.variables), source);
        boolean removes = settings.keep.isPresent() || settings.replacing.isPresent();
        PreflightReport report = client.preflight().check(spec, removes);
        report.notes().forEach(progress::info);
        report.orThrow();
        Digest image = source.image(PushedImage.PLATFORM).descriptor().digest();
        Map<String, String> properties = new LinkedHashMap<>();
        DaytonaSnapshot made;
        boolean reused;
        if (settings.replacing.isPresent()) {
            Replacement replacement =
                    client.snapshots().replace(spec, settings.replacing.get(), settings.wait, progress);
            made = replacement.current();
            reused = replacement.reused();
            describe(made, properties);
            properties.put("removed", String.join(",", replacement.removed()));
        } else {
            EnsuredSnapshot ensured = client.snapshots().ensure(spec, settings.wait, progress);
            made = ensured.snapshot();
            reused = ensured.reused();
            describe(made, properties);
            ensured.push().ifPresent(push -> describe(push, properties));
            settings.keep.ifPresent(retention -> properties.put(
                    "removed",
                    String.join(
                            ",",
                            client.snapshots()
                                    .removeOld(
                                            settings.template.requirePrefix(),
                                            retention.keep(spec.name()),
                                            progress))));
        }
        return new Snapshot(KIND, made.name(), image, reused, properties, Duration.ofNanos(System.nanoTime() - start));
    }

    private SnapshotSpec spec(String name, ImageSource source) {
        SnapshotSpec spec =
                SnapshotSpec.local(name, source).resources(settings.resources).entrypoint(settings.entrypoint);
        spec = settings.region.isPresent() ? spec.region(settings.region.get()) : spec;
        return settings.sandboxClass.isPresent() ? spec.sandboxClass(settings.sandboxClass.get()) : spec;
    }

    private static void describe(DaytonaSnapshot made, Map<String, String> properties) {
        properties.put("snapshotId", made.id());
        properties.put("snapshotName", made.name());
        properties.put("image", made.image().orElse(""));
        properties.put("state", made.state().value());
        made.sizeGb().ifPresent(size -> properties.put("sizeGb", Double.toString(size)));
    }

    private static void describe(Delivery push, Map<String, String> properties) {
        properties.put("blobsCopied", Integer.toString(push.blobsCopied()));
        properties.put("blobsSkipped", Integer.toString(push.blobsSkipped()));
        properties.put("bytesCopied", Long.toString(push.bytesCopied()));
    }

    private static final class Settings implements Cloneable {
        private @Nullable DaytonaClient client;
        private NameTemplate template = NameTemplate.of("sandbox-{digest}");
        private Map<String, String> variables = Map.of();
        private SnapshotResources resources = SnapshotResources.DEFAULT;
        private List<String> entrypoint = List.of();
        private Optional<String> region = Optional.empty();
        private Optional<String> sandboxClass = Optional.empty();
        private SnapshotWait wait = SnapshotWait.DEFAULT;
        private Optional<Retention> replacing = Optional.empty();
        private Optional<Retention> keep = Optional.empty();

        Settings copy() {
            try {
                return (Settings) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
