package io.sandboximage.depot.snapshot;

import io.sandboximage.artifact.DiskPush;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.sandbox.DepotSandbox;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.depot.sandbox.SandboxCommand;
import io.sandboximage.depot.sandbox.SandboxSnapshot;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.image.ImageReference;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes known to later sandboxes what was made, by the first means that there is. */
final class Registrar {
    /** After 35 minutes Depot itself gives a capture up. */
    private static final Duration CAPTURE_LIMIT = Duration.ofMinutes(36);

    private static final String UNIMPLEMENTED = "unimplemented";

    private final SnapshotSettings settings;
    private final ImagePlace image;
    private final CredentialProvider logins;

    Registrar(SnapshotSettings settings, ImagePlace image, CredentialProvider logins) {
        this.settings = settings;
        this.image = image;
        this.logins = logins;
    }

    SandboxCommand loggedIn(SandboxCommand command, Optional<String> registry) {
        return registry.isPresent() ? RegistryLogin.with(command, logins, registry.get()) : command;
    }

    /**
     * Before any work: is there a way to keep its result?
     *
     * @param kept whether the file stays somewhere all the same
     */
    void requireMeans(boolean kept) {
        boolean possible = settings.registrations.stream().anyMatch(means -> switch (means) {
            case SNAPSHOT -> true;
            case ARTIFACT -> settings.artifact().isPresent();
            case IMAGE -> image.pinned().isPresent();
        });
        if (!possible && !kept) {
            throw new InvalidRequestException("Nothing would be left of the snapshot of " + image.named() + ": "
                    + settings.registrations
                    + " is not possible for it. Give an artifact's reference, download the file,"
                    + " or push the image to a registry");
        }
    }

    /** @return how to find it */
    String register(
            DepotSandboxes sandboxes,
            DepotSandbox sandbox,
            InstalledHelper helper,
            String file,
            Map<String, String> properties,
            ProgressTask progress) {
        image.pinned().ifPresent(reference -> properties.put("bootImage", reference.toString()));
        for (Registration means : settings.registrations) {
            Optional<String> reference =
                    switch (means) {
                        case SNAPSHOT -> capture(sandboxes, sandbox, properties, progress);
                        case ARTIFACT ->
                            settings.artifact().map(to -> push(sandbox, helper, file, to, properties, progress));
                        case IMAGE -> image.pinned().map(ImageReference::toString);
                    };
            if (reference.isPresent()) {
                properties.put("registeredBy", means.name().toLowerCase(java.util.Locale.ROOT));
                return reference.get();
            }
        }
        return settings.file()
                .map(kept -> kept(kept, properties))
                .orElseThrow(() -> new InvalidRequestException(
                        "The snapshot of " + image.named() + " could not be registered: this server has no snapshots,"
                                + " and no other means was given. Give an artifact's reference, or download the file"));
    }

    /** Where there is no sandbox: there is nothing to take a snapshot of. */
    String registerFile(Path file, Map<String, String> properties, ProgressTask progress) {
        image.pinned().ifPresent(reference -> properties.put("bootImage", reference.toString()));
        for (Registration means : settings.registrations) {
            Optional<ImageReference> artifact = settings.artifact();
            if (means == Registration.ARTIFACT && artifact.isPresent()) {
                properties.put("registeredBy", "artifact");
                return pushFromHere(file, artifact.get(), properties, progress);
            }
            if (means == Registration.IMAGE && image.pinned().isPresent()) {
                properties.put("registeredBy", "image");
                return image.pinned().get().toString();
            }
        }
        return kept(file, properties);
    }

    private static String kept(Path file, Map<String, String> properties) {
        properties.put("registeredBy", "file");
        return file.toString();
    }

    private Optional<String> capture(
            DepotSandboxes sandboxes, DepotSandbox sandbox, Map<String, String> properties, ProgressTask progress) {
        try (ProgressTask task = progress.child("take a snapshot of the sandbox " + sandbox)) {
            SandboxSnapshot begun;
            try {
                begun = sandbox.snapshot(Optional.of(settings.name().orElseGet(image::snapshotName)));
            } catch (InvalidRequestException e) {
                if (e.remote()
                        .map(RemoteError::code)
                        .filter(UNIMPLEMENTED::equals)
                        .isEmpty()) {
                    throw e;
                }
                progress.info("Snapshots are not available on this server, so the next means is taken");
                task.done("not available on this server");
                return Optional.empty();
            }
            SandboxSnapshot ready = sandboxes.snapshots().awaitReady(begun.id(), CAPTURE_LIMIT);
            properties.put("snapshotId", ready.id());
            ready.imageReference().ifPresent(reference -> properties.put("snapshotImage", reference));
            task.done();
            return Optional.of(ready.imageReference().orElse(ready.id()));
        }
    }

    private String push(
            DepotSandbox sandbox,
            InstalledHelper helper,
            String file,
            ImageReference to,
            Map<String, String> properties,
            ProgressTask progress) {
        if (!helper.own()) {
            // Other helpers push what they make themselves, if at all, and not what was made before.
            Optional<Path> here = settings.file();
            if (here.isPresent()) {
                return pushFromHere(here.get(), to, properties, progress);
            }
            try (TemporaryDirectory temporary = TemporaryDirectory.create("depot-")) {
                Path copy = temporary.path().resolve("snapshot.ext4");
                SandboxUnpack.download(sandbox, file, copy, progress);
                return pushFromHere(copy, to, properties, progress);
            }
        }
        try (ProgressTask task = progress.child("push " + to + " from the sandbox " + sandbox)) {
            SandboxUnpack.run(
                    sandbox, helper, List.of("push", file, to.toString()), Optional.of(to.registry()), this, task);
            task.done();
        }
        properties.put("artifact", to.toString());
        return to.toString();
    }

    private String pushFromHere(Path file, ImageReference to, Map<String, String> properties, ProgressTask progress) {
        try (RegistryClient registries =
                        RegistryClient.builder().credentials(logins).build();
                ProgressTask task = progress.child("push " + to)) {
            DiskPush.of(file).push(to, registries, task);
            task.done();
        }
        properties.put("artifact", to.toString());
        return to.toString();
    }
}
