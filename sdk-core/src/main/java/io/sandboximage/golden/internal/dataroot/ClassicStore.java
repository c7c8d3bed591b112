package io.sandboximage.golden.internal.dataroot;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.json.JsonView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Docker's own store of unpacked layers, {@code image/DRIVER} with the layers in {@code DRIVER}. */
final class ClassicStore {
    private static final int MAX_JSON = 64_000_000;
    /** Of containers; BuildKit's are shorter. */
    private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");

    private static final String CONFIGS = "imagedb/content/sha256";
    private static final String LAYERS = "layerdb/sha256";
    private static final String MOUNTS = "layerdb/mounts";
    private static final List<String> CONTENTS = List.of(CONFIGS, LAYERS, MOUNTS);

    private final Path root;
    private final String driver;
    private final Path store;

    ClassicStore(Path root, String driver) {
        this.root = root;
        this.driver = driver;
        this.store = root.resolve("image").resolve(driver);
    }

    /** The drivers that a data root has images, layers or containers of; a folder for it is there also if an engine only tried it. */
    static List<String> drivers(Path root) {
        return Folder.list(root.resolve("image")).stream()
                .filter(store -> CONTENTS.stream()
                        .anyMatch(name -> !Folder.list(store.resolve(name)).isEmpty()))
                .map(store -> store.getFileName().toString())
                .toList();
    }

    List<StoredImage> images() {
        List<StoredImage> found = new ArrayList<>();
        Set<String> named = new HashSet<>();
        Optional<JsonView> names = Folder.read(store.resolve("repositories.json"))
                .map(bytes -> JsonView.parse(bytes, MAX_JSON, "list of image names"))
                .flatMap(json -> json.object("Repositories"));
        names.ifPresent(repositories -> {
            for (String repository : repositories.members().keySet()) {
                repositories.requireObject(repository).members().forEach((name, id) -> {
                    Digest digest = Digest.parse(String.valueOf(id));
                    found.add(new StoredImage(name, digest));
                    named.add(digest.hex());
                });
            }
        });
        for (Path config : configs()) {
            String hex = config.getFileName().toString();
            if (!named.contains(hex)) {
                found.add(new StoredImage("sha256:" + hex, Digest.parse("sha256:" + hex)));
            }
        }
        return found;
    }

    /** What is not as an engine left it, in sentences; empty for a whole store. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        Set<String> configs = new HashSet<>();
        for (Path file : configs()) {
            String hex = file.getFileName().toString();
            configs.add("sha256:" + hex);
            byte[] config = Folder.read(file).orElse(new byte[0]);
            if (!Digest.sha256(config).hex().equals(hex)) {
                problems.add("The config of image sha256:" + hex + " does not have this digest");
                continue;
            }
            layersOf(config, hex, problems);
        }
        for (StoredImage image : images()) {
            if (!configs.contains(image.id().toString())) {
                problems.add("Image " + image.name() + " lacks its config " + image.id());
            }
        }
        return problems;
    }

    /** Folder of each layer by its chain ID, as far as images have them. */
    Map<String, String> chainIds() {
        Map<String, String> chains = new LinkedHashMap<>();
        for (Path layer : Folder.list(store.resolve(LAYERS))) {
            Folder.text(layer.resolve("cache-id"))
                    .ifPresent(folder -> chains.put(folder, LayerPlace.layerKey("sha256:" + layer.getFileName())));
        }
        return chains;
    }

    /** Removes what belongs to containers: the records that pin their images, and the layers that they wrote. */
    void stripContainers() {
        for (Path mount : Folder.list(store.resolve(MOUNTS))) {
            if (CONTAINER_ID.matcher(mount.getFileName().toString()).matches()) {
                for (String name : List.of("mount-id", "init-id")) {
                    Folder.text(mount.resolve(name)).filter(id -> !id.isEmpty()).ifPresent(this::removeLayer);
                }
                Folder.remove(mount);
            }
        }
        Folder.remove(store.resolve("layerdb/tmp"));
    }

    private void removeLayer(String id) {
        Path layer = layers().resolve(id).normalize();
        if (!layers().equals(layer.getParent())) {
            throw new InvalidContentException("\"" + id + "\" is no name of a layer in " + root);
        }
        Folder.text(layer.resolve("link"))
                .ifPresent(
                        link -> Folder.remove(root.resolve(driver).resolve("l").resolve(link)));
        Folder.remove(layer);
    }

    private void layersOf(byte[] config, String hex, List<String> problems) {
        JsonView json = JsonView.parse(config, MAX_JSON, "config of image sha256:" + hex);
        List<String> diffIds =
                json.object("rootfs").map(fs -> fs.strings("diff_ids")).orElse(List.of());
        String chain = "";
        for (String diffId : diffIds) {
            chain = chain.isEmpty()
                    ? diffId
                    : Digest.sha256((chain + " " + diffId).getBytes(StandardCharsets.UTF_8))
                            .toString();
            Path layer = store.resolve(LAYERS).resolve(chain.substring(chain.indexOf(':') + 1));
            Optional<String> folder = Folder.text(layer.resolve("cache-id"));
            boolean whole =
                    Folder.text(layer.resolve("diff")).filter(diffId::equals).isPresent()
                            && folder.isPresent()
                            && Files.isDirectory(content(folder.get()));
            if (!whole) {
                problems.add("Image sha256:" + hex + " lacks its layer " + diffId);
                return;
            }
        }
    }

    /** Where the driver has a layer's files; for drivers that we do not know better, the layer's own folder. */
    private Path content(String id) {
        Path layer = layers().resolve(id);
        return driver.equals("overlay2") ? layer.resolve("diff") : layer;
    }

    private Path layers() {
        Path all = root.resolve(driver);
        return driver.equals("vfs") ? all.resolve("dir") : all;
    }

    private List<Path> configs() {
        return Folder.list(store.resolve(CONFIGS));
    }
}
