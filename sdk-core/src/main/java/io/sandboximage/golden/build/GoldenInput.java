package io.sandboximage.golden.build;

import io.sandboximage.git.GitRepository;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.registry.RegistryClient;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Something that a golden cache is made of, and whose state can be told in a few characters: when the state differs from the one at
 * the time of the build, the golden is stale. Thread-safe.
 */
public interface GoldenInput {
    /** Names it among the inputs of a project; also a label's name. */
    String name();

    /**
     * Its state now.
     *
     * @throws io.sandboximage.error.SandboxImageException if it cannot be told now
     */
    String state();

    /** Any state that can be asked for. */
    static GoldenInput of(String name, Supplier<String> state) {
        return new GoldenInput() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String state() {
                return state.get();
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }

    /** The commit that is checked out in a folder. */
    static GoldenInput checkout(Path folder) {
        return of("git " + folder, () -> GitRepository.at(folder).sha());
    }

    /** The commit that a branch or tag of a repository points to, which may be elsewhere. */
    static GoldenInput gitRef(String repository, String ref) {
        return of("git " + repository + " " + ref, () -> GitRepository.remoteSha(repository, ref));
    }

    /** The manifest that a name in a registry points to: base images, for instance. */
    static GoldenInput image(RegistryClient registries, ImageReference reference) {
        return of(
                "image " + reference,
                () -> registries.source(reference).descriptor().digest().toString());
    }

    /**
     * Names, modes and contents of all files of a file or folder, but for {@code .git} and what the folder's own {@code .dockerignore}
     * leaves out: Dockerfiles and build contexts.
     */
    static GoldenInput files(Path path) {
        return of("files " + path, () -> FileState.of(path).toString());
    }

    /** Something that the caller knows: build arguments, the version of a tool. */
    static GoldenInput value(String name, String value) {
        return of(name, () -> Digest.sha256(value.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString());
    }
}
