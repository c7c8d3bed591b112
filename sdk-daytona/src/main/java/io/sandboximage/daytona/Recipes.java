package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.context.ContextArchive;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotContent;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.progress.ProgressTask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Knows the recipe for each kind of content. */
final class Recipes {
    private final ObjectStorage storage;
    private final TransientRegistry registry;
    private final Optional<String> defaultRegion;

    Recipes(ObjectStorage storage, TransientRegistry registry, Optional<String> defaultRegion) {
        this.storage = storage;
        this.registry = registry;
        this.defaultRegion = defaultRegion;
    }

    Optional<String> defaultRegion() {
        return defaultRegion;
    }

    Recipe of(SnapshotSpec spec) {
        if (spec.content() instanceof SnapshotContent.Image image) {
            return new PulledImage(image.reference());
        }
        if (spec.content() instanceof SnapshotContent.Dockerfile dockerfile) {
            return new Dockerfile(dockerfile, storage);
        }
        SnapshotContent.Local local = (SnapshotContent.Local) spec.content();
        return PushedImage.of(local.source(), registry, spec.region().or(() -> defaultRegion));
    }

    private record PulledImage(String reference) implements Recipe {
        @Override
        public String fingerprint() {
            return "image " + reference;
        }

        @Override
        public Optional<String> difference(DaytonaSnapshot there) {
            return there.image().filter(reference::equals).isPresent()
                    ? Optional.empty()
                    : Optional.of("it was made from " + there.image().orElse("a Dockerfile") + ", not " + reference);
        }

        @Override
        public Map<String, Object> prepare(SnapshotSpec spec, ProgressTask progress) {
            return Map.of("imageName", reference);
        }
    }

    private static final class Dockerfile implements Recipe {
        private final SnapshotContent.Dockerfile content;
        private final ObjectStorage storage;
        private Optional<List<String>> hashes = Optional.empty();

        Dockerfile(SnapshotContent.Dockerfile content, ObjectStorage storage) {
            this.content = content;
            this.storage = storage;
        }

        @Override
        public String fingerprint() {
            return "dockerfile " + content.text() + "\n" + hashes();
        }

        @Override
        public Optional<String> difference(DaytonaSnapshot there) {
            if (there.build().isEmpty()) {
                return Optional.of("it was made from " + there.image().orElse("something else") + ", not a Dockerfile");
            }
            DaytonaSnapshot.Build build = there.build().get();
            if (!build.dockerfile().equals(content.text())) {
                return Optional.of("it was built from another Dockerfile");
            }
            return new TreeSet<>(build.contextHashes()).equals(new TreeSet<>(hashes()))
                    ? Optional.empty()
                    : Optional.of("it was built from other files");
        }

        @Override
        public Map<String, Object> prepare(SnapshotSpec spec, ProgressTask progress) {
            Map<String, Object> build = new LinkedHashMap<>();
            build.put("dockerfileContent", content.text());
            content.context().ifPresent(context -> {
                List<String> stored = List.of(storage.store(context, progress).hash());
                hashes = Optional.of(stored);
                build.put("contextHashes", stored);
            });
            return Map.of("buildInfo", build);
        }

        /** What the files are called in the object storage; found without sending them. */
        private List<String> hashes() {
            if (hashes.isEmpty()) {
                hashes = Optional.of(content.context()
                        .map(context -> List.of(ContextArchive.hash(context)))
                        .orElse(List.of()));
            }
            return hashes.get();
        }
    }
}
