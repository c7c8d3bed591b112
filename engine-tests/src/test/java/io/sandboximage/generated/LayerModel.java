package io.sandboximage.generated;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The layer rules of the OCI image-spec (layer.md, "Applying Changesets") in their plainest form: a map from paths to nodes. For each
 * layer first its whiteouts, which hide what is below the layer and nothing else, then its entries one after the other. Written from
 * the specification, without a look at the engine that it judges.
 */
final class LayerModel {
    private static final int MAX_LINKS = 200;

    /** What a name leads to. Several names may lead to one. */
    static final class Node {
        char kind = 'd';
        LayerEntry.Attributes attributes =
                new LayerEntry.Attributes(0755, 0, 0, 0, 0, Collections.unmodifiableSortedMap(new TreeMap<>()));
        String target = "";
        long[] device = {};
        FileBytes bytes = FileBytes.EMPTY;
        /** Whether no entry has told its attributes. */
        boolean implied = true;
        /** Whether names in it came or went since its time was told. */
        boolean disturbed;
    }

    /** An entry that no tree can take: below a file, or linking to what is not there. */
    static final class Impossible extends RuntimeException {
        private static final long serialVersionUID = 1;

        Impossible(String message) {
            super(message);
        }
    }

    /** The root's path is empty; all others begin with a slash. */
    final NavigableMap<String, Node> nodes = new TreeMap<>();

    LayerModel() {
        nodes.put("", new Node());
    }

    static LayerModel of(List<List<LayerEntry>> layers) {
        LayerModel model = new LayerModel();
        for (List<LayerEntry> layer : layers) {
            layer.stream().filter(LayerEntry::isWhiteout).forEach(model::hide);
            layer.stream().filter(entry -> !entry.isWhiteout()).forEach(model::put);
        }
        return model;
    }

    /** Applies a whiteout. */
    void hide(LayerEntry marker) {
        List<String> parts = normalized(marker.path());
        String directory = resolve(parts.subList(0, parts.size() - 1));
        String name = parts.get(parts.size() - 1);
        if (nodes.containsKey(directory)) {
            nodes.get(directory).disturbed = true;
        }
        if (name.equals(".wh..wh..opq")) {
            below(directory).clear();
        } else {
            remove(directory + "/" + name.substring(4));
        }
    }

    /** Applies any other entry, or changes nothing and throws. */
    void put(LayerEntry entry) {
        List<String> parts = normalized(entry.path());
        if (parts.isEmpty()) {
            if (entry.kind() != 'd') {
                throw new Impossible("the root is a directory");
            }
            describe(nodes.get(""), entry);
            return;
        }
        String directory = resolve(parts.subList(0, parts.size() - 1));
        String path = directory + "/" + parts.get(parts.size() - 1);
        Node present = nodes.get(path);
        Node node;
        if (entry.kind() == 'h') {
            List<String> target = normalized(entry.target());
            if (target.isEmpty()) {
                throw new Impossible("a link to the root");
            }
            node = nodes.get(resolve(target.subList(0, target.size() - 1)) + "/" + target.get(target.size() - 1));
            if (node == null || node.kind == 'd') {
                throw new Impossible("a link to nothing or to a directory");
            }
        } else if (entry.kind() == 'd' && present != null && present.kind == 'd') {
            node = present;
        } else {
            node = new Node();
        }
        for (int slash = path.indexOf('/', 1); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String above = path.substring(0, slash);
            if (!nodes.containsKey(above)) {
                nodes.put(above, new Node());
                nodes.get(above.substring(0, above.lastIndexOf('/'))).disturbed = true;
            }
        }
        if (node != present) {
            nodes.get(directory).disturbed = true;
            remove(path);
            nodes.put(path, node);
        }
        if (entry.kind() != 'h') {
            describe(node, entry);
        }
    }

    /** Whether a hard link's target is what it replaces, or below that. */
    boolean linksIntoItself(LayerEntry link) {
        return (place(link.target()) + "/").startsWith(place(link.path()) + "/");
    }

    private String place(String path) {
        List<String> parts = normalized(path);
        int last = parts.size() - 1;
        return last < 0 ? "" : resolve(parts.subList(0, last)) + "/" + parts.get(last);
    }

    private static void describe(Node node, LayerEntry entry) {
        node.kind = entry.kind();
        node.implied = false;
        node.disturbed = false;
        LayerEntry.Attributes given = entry.attributes();
        node.attributes = entry.kind() == 'l'
                ? new LayerEntry.Attributes(
                        0777, given.uid(), given.gid(), given.seconds(), given.nanos(), given.xattrs())
                : given;
        node.target = entry.kind() == 'l' ? entry.target() : "";
        node.device = entry.device();
        node.bytes = entry.bytes();
    }

    private void remove(String path) {
        nodes.remove(path);
        below(path).clear();
    }

    SortedMap<String, Node> below(String path) {
        return nodes.subMap(path + "/", path + "0"); // '0' is what follows '/'
    }

    private static List<String> normalized(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                if (parts.isEmpty()) {
                    throw new Impossible("out of the root");
                }
                parts.remove(parts.size() - 1);
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    /** Where directories lead to, links followed as a process sees them whose root this is; they may be missing. */
    String resolve(List<String> parts) {
        ArrayDeque<String> pending = new ArrayDeque<>(parts);
        String here = "";
        int links = 0;
        while (!pending.isEmpty()) {
            String part = pending.remove();
            if (part.equals("..")) {
                here = here.isEmpty() ? "" : here.substring(0, here.lastIndexOf('/'));
            } else if (!part.isEmpty() && !part.equals(".")) {
                if (part.length() > 255) {
                    throw new Impossible("a name that Linux does not allow");
                }
                Node next = nodes.get(here + "/" + part);
                if (next == null || next.kind == 'd') {
                    here += "/" + part;
                } else if (next.kind != 'l' || ++links > MAX_LINKS) {
                    throw new Impossible("through something that is no directory");
                } else {
                    List<String> target = new ArrayList<>(Arrays.asList(next.target.split("/")));
                    Collections.reverse(target);
                    target.forEach(pending::addFirst);
                    here = next.target.startsWith("/") ? "" : here;
                }
            }
        }
        return here;
    }

    /** One line for each path; names of one node tell the first of them. */
    Map<String, String> lines() {
        Map<String, String> lines = new TreeMap<>();
        Map<Node, Integer> names = new IdentityHashMap<>();
        nodes.values().forEach(node -> names.merge(node, 1, Integer::sum));
        Map<Node, String> first = new IdentityHashMap<>();
        nodes.forEach((path, node) -> lines.put(
                path, line(node) + (names.get(node) == 1 ? "" : " = " + first.computeIfAbsent(node, key -> path))));
        return lines;
    }

    private static String line(Node node) {
        LayerEntry.Attributes a = node.attributes;
        Map<String, String> xattrs = new HashMap<>();
        a.xattrs().forEach((name, value) -> xattrs.put(name, HexFormat.of().formatHex(value)));
        return TreeLine.of(
                node.kind,
                a.mode(),
                a.uid(),
                a.gid(),
                a.seconds(),
                a.nanos(),
                switch (node.kind) {
                    case 'f' -> node.bytes.digest();
                    case 'l' -> node.target;
                    case 'c', 'b' -> node.device[0] + "," + node.device[1];
                    default -> "";
                },
                xattrs);
    }
}
