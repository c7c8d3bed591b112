package io.sandboximage.store;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The root of a copy: the source's own, or what is left of its index for the chosen platforms. */
final class PlatformFilter {
    /** Where BuildKit says which manifest an attestation is about. */
    private static final String ATTESTED = "vnd.docker.reference.digest";

    private PlatformFilter() {}

    /** @throws io.sandboximage.error.NotFoundException if a platform is not there; the message lists what is */
    static Root choose(ImageSource source, CopyOptions options) {
        Descriptor descriptor = source.descriptor();
        if (options.platforms().isEmpty()) {
            return new Root(descriptor, source.manifest(descriptor));
        }
        if (options.platforms().size() == 1 && !options.keepIndex()) {
            Descriptor image = source.image(options.platforms().get(0)).descriptor();
            return new Root(image, source.manifest(image));
        }
        byte[] bytes = source.manifest(descriptor);
        if (!MediaTypes.isIndex(descriptor.mediaType())) {
            for (Platform platform : options.platforms()) {
                source.image(platform);
            }
            return new Root(descriptor, bytes);
        }
        ImageIndex whole = ImageIndex.parse(bytes, descriptor.mediaType());
        Set<Digest> chosen = new LinkedHashSet<>();
        options.platforms().forEach(p -> chosen.add(whole.select(p).digest()));
        Set<String> names = chosen.stream().map(Digest::toString).collect(Collectors.toSet());
        ImageIndex rest = whole.retain(entry -> chosen.contains(entry.digest())
                || names.contains(entry.annotations().getOrDefault(ATTESTED, "")));
        return rest == whole ? new Root(descriptor, bytes) : new Root(rest.descriptor(), rest.bytes());
    }

    record Root(Descriptor descriptor, byte[] bytes) {}
}
