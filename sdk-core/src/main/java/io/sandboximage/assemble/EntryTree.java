package io.sandboximage.assemble;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.internal.tar.TarHeader;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** The entries of one layer by path, in byte order: a directory always comes before what it holds. */
final class EntryTree {
    private final NavigableMap<String, LayerEntry> entries = new TreeMap<>();
    private final Map<String, String> inodes = new HashMap<>();
    private Instant newest = Instant.MIN;

    Map<String, LayerEntry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /** Adds an entry; a later one takes the place of an earlier one, a file also that of a directory with all it holds. */
    void put(String path, LayerEntry entry) {
        for (String above = EntryPath.parent(path); !above.isEmpty(); above = EntryPath.parent(above)) {
            LayerEntry parent = entries.get(above);
            if (parent != null && !parent.isDirectory()) {
                throw new InvalidRequestException("The layer has both " + EntryPath.shown(path) + " and "
                        + EntryPath.shown(above) + ", which is not a directory");
            }
        }
        if (!entry.isDirectory()) {
            entries.subMap(path + "/", path + "0").clear(); // '0' follows '/'
        }
        entries.put(path, entry);
    }

    /** Adds the directories above all entries, where neither this layer nor {@code known} has them. */
    void addParents(Set<String> known) {
        for (String path : entries.keySet().toArray(new String[0])) {
            for (String above = EntryPath.parent(path); !above.isEmpty(); above = EntryPath.parent(above)) {
                if (!known.contains(above)) {
                    entries.putIfAbsent(above, LayerEntry.directory(0755));
                }
            }
        }
    }

    /** Remembers that the file at a path is one of several names of an inode. */
    void sharesInode(String path, String inode) {
        inodes.put(path, inode);
    }

    /** Makes all names of an inode but the first hard links: what they link to has to come before them. */
    void joinHardLinks() {
        Map<String, String> first = new HashMap<>();
        for (Map.Entry<String, LayerEntry> entry : entries.entrySet()) {
            String inode = inodes.get(entry.getKey());
            if (inode != null && entry.getValue().type() == TarHeader.TYPE_FILE) {
                String known = first.putIfAbsent(inode, entry.getKey());
                if (known != null) {
                    entry.setValue(LayerEntry.hardLink(known, entry.getValue()));
                }
            }
        }
    }

    /** Remembers when a source file changed last. */
    void sawChange(Instant at) {
        if (at.isAfter(newest)) {
            newest = at;
        }
    }

    /** The last change of any source file. */
    Instant newest() {
        return newest;
    }
}
