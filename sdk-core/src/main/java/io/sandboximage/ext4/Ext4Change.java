package io.sandboximage.ext4;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * One difference between two file systems.
 *
 * @param path from the root, with a leading slash; bytes that are no UTF-8 become replacement characters
 * @param aspects what is different of something that both have; empty for what only one has
 */
public record Ext4Change(String path, Kind kind, Set<Aspect> aspects) {
    /** Which of the two have it. */
    public enum Kind {
        ADDED,
        REMOVED,
        CHANGED
    }

    /** What can be different. */
    public enum Aspect {
        TYPE,
        PERMISSIONS,
        OWNER,
        TIME,
        SIZE,
        CONTENT,
        /** Of a symbolic link. */
        TARGET,
        DEVICE,
        XATTRS
    }

    public Ext4Change {
        EnumSet<Aspect> copy = EnumSet.noneOf(Aspect.class);
        copy.addAll(aspects);
        aspects = Collections.unmodifiableSet(copy);
    }
}
