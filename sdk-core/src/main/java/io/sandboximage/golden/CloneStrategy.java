package io.sandboximage.golden;

import java.nio.file.Path;

/**
 * One way to keep generations and to clone them. Without state of its own; callers see to it that nobody else works on the same
 * cell, and that a generation stays while it is cloned.
 */
interface CloneStrategy {
    GoldenStrategy kind();

    /** Makes an empty data root, ready to be written. */
    void create(Cell cell);

    /** Fills a new cell from a generation, ready to be written. */
    void clone(Cell generation, Cell target);

    /** Makes of a filled cell what {@link #clone} takes; it is no longer written afterwards. */
    default void seal(Cell draft) {}

    /** The data root, made ready where it is not, for instance after the machine was restarted. */
    default Path attach(Cell cell) {
        return cell.data();
    }

    /** The generation's data root for reading; {@link #detach} ends it. */
    default Path view(Cell generation, Cell view) {
        return generation.data();
    }

    /** Ends what makes the data root visible; it stays on disk. Nothing to do for most. */
    default void detach(Cell cell) {}

    /** Removes a detached cell from disk, whatever half state it is in. */
    default void remove(Cell cell) {
        Trees.remove(cell.folder());
    }

    /** Sizes of a draft's files, before it is sealed. */
    default Trees.Extent measure(Cell draft) {
        return Trees.measure(draft.data());
    }

    /** Removes what generations shared and none needs any more; how many there were. */
    default int sweep() {
        return 0;
    }

    /** Whether clones do without the generation once they are made. */
    default boolean independentClones() {
        return true;
    }
}
