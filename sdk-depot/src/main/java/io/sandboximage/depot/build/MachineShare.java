package io.sandboximage.depot.build;

import io.sandboximage.depot.internal.proto.cli.BuilderPlatform;
import io.sandboximage.image.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one machine builds: those of the platforms that its processor runs.
 *
 * @param platforms empty for the machine's own
 */
record MachineShare(BuilderPlatform builder, List<Platform> platforms) {

    /** One share a machine; nothing asked for is a share of the machine that is like this one. */
    static List<MachineShare> of(List<Platform> platforms) {
        if (platforms.isEmpty()) {
            return List.of(new MachineShare(builder(Platform.linuxOnThisMachine()), List.of()));
        }
        Map<BuilderPlatform, List<Platform>> shares = new LinkedHashMap<>();
        platforms.stream().distinct().forEach(platform -> shares.computeIfAbsent(
                        builder(platform), key -> new ArrayList<>())
                .add(platform));
        return shares.entrySet().stream()
                .map(share -> new MachineShare(share.getKey(), List.copyOf(share.getValue())))
                .toList();
    }

    private static BuilderPlatform builder(Platform platform) {
        return platform.architecture().startsWith("arm")
                ? BuilderPlatform.BUILDER_PLATFORM_ARM64
                : BuilderPlatform.BUILDER_PLATFORM_AMD64;
    }

    Platform machinePlatform() {
        return builder == BuilderPlatform.BUILDER_PLATFORM_ARM64 ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64;
    }

    /** What a single image of this share is for. */
    Platform platform() {
        return platforms.isEmpty() ? machinePlatform() : platforms.get(0);
    }

    /** As frontends want them. */
    Optional<String> option() {
        return platforms.isEmpty()
                ? Optional.empty()
                : Optional.of(platforms.stream().map(Platform::toString).collect(Collectors.joining(",")));
    }
}
