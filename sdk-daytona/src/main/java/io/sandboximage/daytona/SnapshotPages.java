package io.sandboximage.daytona;

import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotQuery;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** All pages of a list as one stream. Snapshots that move to a later page while it is read appear once. */
final class SnapshotPages extends Spliterators.AbstractSpliterator<DaytonaSnapshot> {
    private static final int MAX_PAGES = 100_000;

    private final SnapshotCalls calls;
    private final SnapshotQuery query;
    private final Deque<DaytonaSnapshot> ready = new ArrayDeque<>();
    private final Set<String> seen = new HashSet<>();
    private int page;
    private boolean last;

    private SnapshotPages(SnapshotCalls calls, SnapshotQuery query) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.calls = calls;
        this.query = query;
    }

    static Stream<DaytonaSnapshot> stream(SnapshotCalls calls, SnapshotQuery query) {
        return StreamSupport.stream(new SnapshotPages(calls, query), false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super DaytonaSnapshot> action) {
        while (ready.isEmpty() && !last) {
            List<DaytonaSnapshot> items = calls.page(query, ++page);
            items.stream().filter(item -> seen.add(item.id())).forEach(ready::add);
            // A page past the end is empty; the total is not trusted, it changes meanwhile.
            last = items.size() < query.pageSize() || page == MAX_PAGES;
        }
        if (ready.isEmpty()) {
            return false;
        }
        action.accept(ready.removeFirst());
        return true;
    }
}
