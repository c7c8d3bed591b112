package io.sandboximage.assemble;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which owner files from this machine get in the image.
 *
 * @param keep whether owners stay as they are on disk, but for those in the maps
 * @param uid for all where owners are not kept
 * @param gid for all where owners are not kept
 */
record Owners(boolean keep, long uid, long gid, Map<Long, Long> users, Map<Long, Long> groups) {
    static final Owners ROOT = new Owners(false, 0, 0, Map.of(), Map.of());

    Owners {
        users = Map.copyOf(users);
        groups = Map.copyOf(groups);
    }

    long user(long onDisk) {
        return keep ? users.getOrDefault(onDisk, onDisk) : uid;
    }

    long group(long onDisk) {
        return keep ? groups.getOrDefault(onDisk, onDisk) : gid;
    }

    Owners withUser(long from, long to) {
        Map<Long, Long> more = new TreeMap<>(users);
        more.put(from, to);
        return new Owners(true, uid, gid, more, groups);
    }

    Owners withGroup(long from, long to) {
        Map<Long, Long> more = new TreeMap<>(groups);
        more.put(from, to);
        return new Owners(true, uid, gid, users, more);
    }
}
