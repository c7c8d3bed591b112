package io.sandboximage.docker;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Lets the engine pull by digest from a registry that holds the image. */
record RegistryTransfer(DockerEngine engine, ImageReference name, CredentialProvider credentials, AtomicBoolean added)
        implements Transfer {
    RegistryTransfer(
            DockerEngine engine, Candidate candidate, ImageReference repository, CredentialProvider credentials) {
        this(engine, repository.withDigest(candidate.image().descriptor().digest()), credentials, new AtomicBoolean());
    }

    @Override
    public LoadStrategy strategy() {
        return LoadStrategy.REGISTRY_PULL;
    }

    @Override
    public String reason() {
        return name.registry() + " holds the image";
    }

    @Override
    public Sent run(ProgressTask progress) {
        added.set(engine.findImage(name.toString()).isEmpty());
        engine.pull(name, registryAuth(), progress);
        return new Sent(0, 0);
    }

    @Override
    public void finish() {
        if (added.get()) {
            PulledName.remove(engine, name);
        }
    }

    private Map<String, String> registryAuth() {
        Optional<Credentials> found = credentials.find(name.registry());
        if (found.isEmpty()) {
            return Map.of();
        }
        Credentials known = found.get();
        if (known instanceof Credentials.Basic basic) {
            return Map.of("username", basic.username(), "password", basic.password(), "serveraddress", name.registry());
        }
        if (known instanceof Credentials.IdentityToken identity) {
            return Map.of("identitytoken", identity.token(), "serveraddress", name.registry());
        }
        if (known instanceof Credentials.Bearer bearer) {
            return Map.of("registrytoken", bearer.token(), "serveraddress", name.registry());
        }
        return Map.of();
    }
}
