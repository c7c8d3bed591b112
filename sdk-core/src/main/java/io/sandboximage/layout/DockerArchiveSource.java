package io.sandboximage.layout;

import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageConfig;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.DigestingOutputStream;
import io.sandboximage.internal.io.VerifyingInputStream;
import io.sandboximage.rootfs.internal.compression.LayerCompression;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One image of a docker-archive. What its manifest names is worked out once, on first use. */
final class DockerArchiveSource implements ImageSource {
    private static final Pattern BLOB_PATH = Pattern.compile("blobs/sha256/([0-9a-f]{64})");

    private final TarArchive tar;
    private final String name;
    private final DockerArchive.Choice choice;
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable Content content;

    DockerArchiveSource(TarArchive tar, String name, DockerArchive.Choice choice) {
        this.tar = tar;
        this.name = name;
        this.choice = choice;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Descriptor descriptor() {
        return content().manifest.descriptor();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        Manifest manifest = content().manifest;
        if (!descriptor.digest().equals(manifest.descriptor().digest())) {
            throw new NotFoundException(name + " has no manifest " + descriptor.digest());
        }
        return manifest.bytes();
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        TarArchive.Member member = content().blobs.get(descriptor.digest());
        if (member == null) {
            throw new NotFoundException(name + " has no blob " + descriptor.digest());
        }
        return new VerifyingInputStream(tar.open(member), descriptor, name);
    }

    @Override
    public void close() {
        tar.close();
    }

    private Content content() {
        reading.lock();
        try {
            Content known = content;
            if (known == null) {
                known = read();
                content = known;
            }
            return known;
        } finally {
            reading.unlock();
        }
    }

    private Content read() {
        List<DockerManifest> images = DockerManifest.parse(tar.read(DockerManifest.FILE, Manifest.MAX_BYTES), name);
        DockerManifest image = DockerManifest.choose(images, choice, name);
        byte[] config = tar.read(image.config(), ImageConfig.MAX_BYTES);
        Optional<Content> original = original(Digest.sha256(config));
        if (original.isPresent()) {
            return original.get();
        }
        List<Digest> diffIds = ImageConfig.parse(config).diffIds();
        if (diffIds.size() != image.layers().size()) {
            throw new InvalidContentException("The image " + image.tags() + " in " + name + " has "
                    + image.layers().size() + " layers in " + DockerManifest.FILE + " but " + diffIds.size()
                    + " in its config");
        }
        Map<Digest, TarArchive.Member> blobs = new HashMap<>();
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < diffIds.size(); i++) {
            String path = image.layers().get(i);
            TarArchive.Member member = tar.require(path);
            Descriptor layer = layer(path, member, diffIds.get(i));
            layers.add(layer);
            blobs.put(layer.digest(), member);
        }
        Descriptor described = Descriptor.of(MediaTypes.OCI_CONFIG, config);
        blobs.put(described.digest(), tar.require(image.config()));
        return new Content(Manifest.create(described, layers, Map.of()), blobs);
    }

    /** Archives of current Docker versions are OCI layouts too; the manifest with this config is the image's own. */
    private Optional<Content> original(Digest config) {
        if (tar.find(LayoutFiles.INDEX_FILE).isEmpty()) {
            return Optional.empty();
        }
        ArchiveFiles files = new ArchiveFiles(tar, name);
        return ManifestSearch.of(files, new LayoutIndex(files, name).index(), config)
                .map(manifest -> {
                    Map<Digest, TarArchive.Member> blobs = new HashMap<>();
                    List<Descriptor> named = new ArrayList<>(manifest.layers());
                    named.add(manifest.config());
                    named.forEach(d -> blobs.put(
                            d.digest(),
                            tar.require("blobs/" + d.digest().algorithm().prefix() + "/"
                                    + d.digest().hex())));
                    return new Content(manifest, blobs);
                });
    }

    /** What is stored under a layer's path: an uncompressed tar has the diff ID as digest, a compressed one its own. */
    private Descriptor layer(String path, TarArchive.Member member, Digest diffId) {
        try (InputStream in = tar.open(member)) {
            byte[] head = in.readNBytes(4);
            if (!LayerCompression.isCompressed(head)) {
                return Descriptor.of(MediaTypes.OCI_LAYER, diffId, member.sizeBytes());
            }
            String type = head[0] == 0x1F ? MediaTypes.OCI_LAYER_GZIP : MediaTypes.OCI_LAYER_ZSTD;
            Matcher blob = BLOB_PATH.matcher(path);
            if (blob.matches()) {
                return Descriptor.of(type, Digest.parse("sha256:" + blob.group(1)), member.sizeBytes());
            }
            DigestingOutputStream hash = new DigestingOutputStream(OutputStream.nullOutputStream());
            hash.write(head);
            in.transferTo(hash);
            return Descriptor.of(type, hash.digest(), hash.count());
        } catch (IOException e) {
            throw new StorageException("Could not read " + path + " in " + name + ": " + AtomicFile.reason(e), e);
        }
    }

    private record Content(Manifest manifest, Map<Digest, TarArchive.Member> blobs) {}
}
