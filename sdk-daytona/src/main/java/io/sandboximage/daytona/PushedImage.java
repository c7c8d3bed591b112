package io.sandboximage.daytona;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import io.sandboximage.image.ImageConfig;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image that goes to Daytona's transient registry first. All images share one repository there, so that they share their layers.
 * The tag is made of the image's digest, which tells a snapshot's image although it was removed from the registry since, and of the
 * snapshot's name, because the server removes a tag after one snapshot was made of it.
 */
final class PushedImage implements Recipe {
    static final Platform PLATFORM = Platform.LINUX_AMD64;
    static final String REPOSITORY = "sandbox-image";

    private static final int DIGEST_LENGTH = 40;
    private static final int NAME_LENGTH = 8;

    private final ImageSource source;
    private final Image image;
    private final TransientRegistry registry;
    private final Optional<String> region;
    private Optional<Delivery> delivery = Optional.empty();

    private PushedImage(ImageSource source, Image image, TransientRegistry registry, Optional<String> region) {
        this.source = source;
        this.image = image;
        this.registry = registry;
        this.region = region;
    }

    static PushedImage of(ImageSource source, TransientRegistry registry, Optional<String> region) {
        return new PushedImage(source, source.image(PLATFORM), registry, region);
    }

    @Override
    public String fingerprint() {
        return "manifest " + digest();
    }

    @Override
    public Optional<String> difference(DaytonaSnapshot there) {
        String mark = "/" + REPOSITORY + ":" + tagStart();
        return there.image().filter(name -> name.contains(mark)).isPresent()
                ? Optional.empty()
                : Optional.of("it was made from " + there.image().orElse("a Dockerfile") + ", not from the image "
                        + digest());
    }

    @Override
    public Map<String, Object> prepare(SnapshotSpec spec, ProgressTask progress) {
        String tag = tagStart()
                + Digest.sha256(spec.name().getBytes(StandardCharsets.UTF_8))
                        .hex()
                        .substring(0, NAME_LENGTH);
        TransientRegistry.Pushed pushed = registry.push(source, image.descriptor(), REPOSITORY, tag, region, progress);
        delivery = Optional.of(pushed.delivery());
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("imageName", pushed.reference().toString());
        List<String> command = command(image.config());
        if (spec.entrypoint().isEmpty() && !command.isEmpty()) {
            members.put("entrypoint", command);
        }
        return members;
    }

    @Override
    public boolean sendsItsImage() {
        return true;
    }

    @Override
    public Optional<Delivery> delivery() {
        return delivery;
    }

    /**
     * What the image runs. Daytona does not take it from the image; and where an entrypoint is set, engines forget the image's CMD, so
     * that is part of it. An image without entrypoint has none here: its CMD alone, often a shell, would end at once.
     */
    static List<String> command(ImageConfig config) {
        if (config.entrypoint().isEmpty()) {
            return List.of();
        }
        List<String> command = new ArrayList<>(config.entrypoint());
        command.addAll(config.cmd());
        command.removeIf(String::isBlank);
        return command;
    }

    private Digest digest() {
        return image.descriptor().digest();
    }

    private String tagStart() {
        return digest().hex().substring(0, DIGEST_LENGTH) + "-";
    }
}
