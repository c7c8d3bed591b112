package io.sandboximage.store;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A destination in memory that records every call in order. */
class RecordingDestination implements ContentDestination {
    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    final Map<Digest, byte[]> content = new ConcurrentHashMap<>();
    final Set<Digest> mountable = ConcurrentHashMap.newKeySet();
    List<Descriptor> announced = List.of();

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public void prepare(List<Descriptor> blobs, List<Descriptor> manifests) {
        announced = new ArrayList<>(blobs);
        announced.addAll(manifests);
    }

    @Override
    public boolean hasBlob(Descriptor blob) {
        calls.add("has " + blob.digest());
        return content.containsKey(blob.digest());
    }

    @Override
    public boolean mountBlob(Descriptor blob, ImageSource from) {
        return mountable.contains(blob.digest());
    }

    @Override
    public void putBlob(Descriptor blob, ImageSource from, ProgressTask progress) {
        try (InputStream in = from.openBlob(blob)) {
            content.put(blob.digest(), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        calls.add("blob " + blob.digest());
    }

    @Override
    public boolean hasManifest(Descriptor manifest) {
        return content.containsKey(manifest.digest());
    }

    @Override
    public void putManifest(Descriptor manifest, byte[] bytes) {
        content.put(manifest.digest(), bytes);
        calls.add("manifest " + manifest.digest());
    }

    @Override
    public void commit(Descriptor root, byte[] bytes) {
        content.put(root.digest(), bytes);
        calls.add("commit " + root.digest());
    }

    @Override
    public void close() {
        calls.add("close");
    }
}
