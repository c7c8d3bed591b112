package io.sandboximage.golden;

import java.util.List;

/**
 * What a collection did.
 *
 * @param generations removed, {@code project/id}
 * @param sessions removed because their process ended, or nobody used them for too long
 * @param leftovers drafts, clones and other remains of processes that died, that were removed
 * @param layers of the farm that no generation and no session needs any more
 * @param kept what should go but is in use, and by whom
 * @param usedBytes sum of the generations that are left, shared layers counted in each
 * @param freeBytes of the file system, afterwards
 */
public record CollectReport(
        List<String> generations,
        List<String> sessions,
        int leftovers,
        int layers,
        List<String> kept,
        long usedBytes,
        long freeBytes) {
    public CollectReport {
        generations = List.copyOf(generations);
        sessions = List.copyOf(sessions);
        kept = List.copyOf(kept);
    }
}
