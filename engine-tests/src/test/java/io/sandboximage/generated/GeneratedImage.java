package io.sandboximage.generated;

import io.sandboximage.generated.LayerEntry.Attributes;
import io.sandboximage.generated.LayerEntry.Spelling;
import io.sandboximage.generated.LayerModel.Impossible;
import io.sandboximage.testkit.image.RawTar;
import io.sandboximage.testkit.image.TarItem.SparseForm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Layers made from a seed: trees, replacements of every type by every other, whiteouts and opaque directories, links across layers
 * and through links, attributes, names and archive forms of all kinds. The same seed, the same bytes.
 */
final class GeneratedImage {
    private static final long[] NO_DEVICE = {0, 0};
    private static final Attributes NO_ATTRIBUTES =
            new Attributes(0644, 0, 0, 0, 0, Collections.unmodifiableSortedMap(new TreeMap<>()));

    private final Random random;
    private final boolean portable;
    private final GeneratedFacts facts;
    /** The tree so far: what an entry can pass through, link to or replace. */
    private final LayerModel model = new LayerModel();

    private final List<List<LayerEntry>> layers = new ArrayList<>();

    private GeneratedImage(long seed, boolean portable) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.portable = portable;
        this.facts = new GeneratedFacts(random, portable);
    }

    /** @param portable only what {@code umoci} and any Linux file system take, too */
    static GeneratedImage of(long seed, boolean portable) {
        GeneratedImage image = new GeneratedImage(seed, portable);
        int count = 1 + image.random.nextInt(6);
        for (int layer = 0; layer < count; layer++) {
            image.addLayer();
        }
        return image;
    }

    /** The entries of each layer, from the bottom up. */
    List<List<LayerEntry>> layers() {
        return layers;
    }

    boolean isPortable() {
        return portable;
    }

    List<byte[]> archives() {
        List<byte[]> archives = new ArrayList<>();
        for (List<LayerEntry> layer : layers) {
            RawTar tar = new RawTar();
            for (LayerEntry entry : layer) {
                tar.add(entry.item(sparseForm()));
            }
            archives.add(tar.build());
        }
        return archives;
    }

    private SparseForm sparseForm() {
        List<SparseForm> forms = List.of(SparseForm.values());
        // umoci's library reads all but the first without mistakes.
        return forms.get(portable ? 1 + random.nextInt(forms.size() - 1) : random.nextInt(forms.size()));
    }

    private void addLayer() {
        List<LayerEntry> hiding = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0 && !layers.isEmpty(); i--) {
            hide(hiding);
        }
        List<LayerEntry> entries = new ArrayList<>();
        for (int i = 1 + random.nextInt(24); i > 0; i--) {
            add(entries, entry());
        }
        if (random.nextInt(40) == 0) {
            crowd(entries);
        }
        if (random.nextInt(30) == 0) {
            descend(entries);
        }
        // Where a whiteout stands in its layer means nothing, though tools differ when it stands late.
        hiding.forEach(marker -> entries.add(portable ? 0 : random.nextInt(entries.size() + 1), marker));
        layers.add(entries);
    }

    private void add(List<LayerEntry> entries, LayerEntry entry) {
        try {
            if (portable && entry.kind() == 'h' && model.linksIntoItself(entry)) {
                return; // umoci removes what had the name before it looks for the target.
            }
            model.put(entry);
            entries.add(entry);
        } catch (Impossible e) {
            // The tree does not allow it; the next may fit.
        }
    }

    private void hide(List<LayerEntry> hiding) {
        String path = any(new ArrayList<>(model.nodes.keySet()));
        boolean opaque = model.nodes.get(path).kind == 'd' && random.nextInt(3) == 0;
        if (!opaque && (path.isEmpty() || random.nextInt(20) == 0)) {
            path = path + "/nothing";
        }
        String directory = opaque ? path : path.substring(0, path.lastIndexOf('/'));
        String name = opaque ? ".wh..wh..opq" : ".wh." + path.substring(path.lastIndexOf('/') + 1);
        if (name.length() > 255) {
            return;
        }
        String spelled = (directory + "/" + name).substring(1);
        LayerEntry marker =
                new LayerEntry(decorated(spelled), 'f', "", NO_ATTRIBUTES, NO_DEVICE, FileBytes.EMPTY, spelling());
        try {
            model.hide(marker);
            hiding.add(marker);
        } catch (Impossible e) {
            // Below something that is no directory.
        }
    }

    private LayerEntry entry() {
        int kind = random.nextInt(100);
        if (kind == 0) {
            String root = random.nextBoolean() ? "./" : "/";
            return new LayerEntry(root, 'd', "", facts.attributes('d'), NO_DEVICE, FileBytes.EMPTY, Spelling.PAX);
        }
        String path = decorated(path());
        if (kind < 32) {
            return entry(path, 'f', "", facts.bytes());
        }
        if (kind < 56) {
            return entry(path + (random.nextInt(4) > 0 ? "/" : ""), 'd', "", FileBytes.EMPTY);
        }
        if (kind < 70) {
            return entry(path, 'l', facts.linkTarget(directories()), FileBytes.EMPTY);
        }
        if (kind < 88) {
            String target = any(names());
            // umoci does not follow the links in the path of a link's target.
            return entry(path, 'h', decorated(portable ? target : through(target)), FileBytes.EMPTY);
        }
        return entry(path, "cbpp".charAt(random.nextInt(4)), "", FileBytes.EMPTY);
    }

    private LayerEntry entry(String path, char kind, String target, FileBytes bytes) {
        long[] device = kind == 'c' || kind == 'b' ? facts.device() : NO_DEVICE;
        return new LayerEntry(path, kind, target, facts.attributes(kind), device, bytes, spelling());
    }

    private Spelling spelling() {
        return random.nextInt(3) == 0 ? any(Arrays.asList(Spelling.values())) : Spelling.PAX;
    }

    /** A new name, an old one, or some below directories that nobody made. */
    private String path() {
        int choice = random.nextInt(10);
        if (choice < 2 && model.nodes.size() > 1) {
            return through(any(names()));
        }
        String parent = through(any(directories()));
        String name = facts.name();
        return choice == 2 ? parent + "/" + facts.name() + "/" + name : parent + "/" + name;
    }

    /** The same place by another way: a link to one of the directories above instead of the directory. */
    private String through(String path) {
        if (random.nextInt(4) > 0) {
            return path;
        }
        List<String> links = new ArrayList<>();
        model.nodes.forEach((name, node) -> {
            if (node.kind == 'l') {
                links.add(name);
            }
        });
        Collections.shuffle(links, random);
        for (String link : links.subList(0, Math.min(8, links.size()))) {
            try {
                String leadsTo = model.resolve(Arrays.asList(link.split("/")));
                if (!leadsTo.isEmpty() && path.startsWith(leadsTo + "/")) {
                    return link + path.substring(leadsTo.length());
                }
            } catch (Impossible e) {
                // A circle, or a link to a file.
            }
        }
        return path;
    }

    private String decorated(String path) {
        String plain = path.startsWith("/") ? path.substring(1) : path;
        return switch (random.nextInt(12)) {
            case 0 -> "./" + plain;
            case 1 -> "/" + plain;
            case 2 -> "//" + plain.replace("/", "//");
            case 3 -> "./" + plain.replace("/", "/./");
            case 4 -> portable ? plain : "nowhere/../" + plain;
            default -> plain;
        };
    }

    /** A directory that needs an index. */
    private void crowd(List<LayerEntry> entries) {
        String directory = any(directories()) + "/crowd";
        add(entries, entry(directory.substring(1), 'd', "", FileBytes.EMPTY));
        int count = 100 + random.nextInt(random.nextInt(4) == 0 ? 2500 : 500);
        String padding = "p".repeat(random.nextInt(random.nextInt(3) == 0 ? 200 : 30));
        Attributes drawn = facts.attributes('f');
        // Large attribute values a thousand times over would fill the memory of this test.
        Attributes attributes = new Attributes(
                drawn.mode(), drawn.uid(), drawn.gid(), drawn.seconds(), drawn.nanos(), NO_ATTRIBUTES.xattrs());
        for (int i = 0; i < count; i++) {
            String path = (directory + "/" + i + padding).substring(1);
            add(entries, new LayerEntry(path, 'f', "", attributes, NO_DEVICE, FileBytes.EMPTY, Spelling.PAX));
        }
    }

    private void descend(List<LayerEntry> entries) {
        StringBuilder path = new StringBuilder(any(directories()));
        for (int depth = 30 + random.nextInt(40); depth > 0; depth--) {
            path.append("/").append((char) ('a' + random.nextInt(3)));
        }
        add(entries, entry(path.substring(1), 'd', "", FileBytes.EMPTY));
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(model.nodes.keySet());
        if (names.size() > 1) {
            names.remove("");
        }
        return names;
    }

    private List<String> directories() {
        List<String> directories = new ArrayList<>();
        model.nodes.forEach((path, node) -> {
            if (node.kind == 'd' && path.length() < 2000) {
                directories.add(path);
            }
        });
        return directories;
    }

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
