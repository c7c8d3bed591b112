package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Deadline;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.Replacement;
import io.sandboximage.daytona.snapshot.Retention;
import io.sandboximage.daytona.snapshot.SnapshotQuery;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotState;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.progress.ProgressTask;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Versions of one snapshot under names of their own, since Daytona can neither rename nor overwrite. Which one is current follows from
 * the names and states alone, so that all processes see the same and nothing needs to be kept elsewhere.
 */
final class SnapshotVersions {
    private final Snapshots snapshots;
    private final SnapshotCalls calls;
    private final Recipes recipes;
    private final SnapshotEnsurer ensurer;
    private final SnapshotWatch watch;
    private final SnapshotCleanup cleanup;

    SnapshotVersions(
            Snapshots snapshots,
            SnapshotCalls calls,
            Recipes recipes,
            SnapshotEnsurer ensurer,
            SnapshotWatch watch,
            SnapshotCleanup cleanup) {
        this.snapshots = snapshots;
        this.calls = calls;
        this.recipes = recipes;
        this.ensurer = ensurer;
        this.watch = watch;
        this.cleanup = cleanup;
    }

    Replacement replace(SnapshotSpec spec, Retention retention, SnapshotWait wait, ProgressTask progress) {
        Recipe recipe = recipes.of(spec);
        String content = VersionName.content(spec, recipe.fingerprint());
        List<DaytonaSnapshot> before = versions(spec.name());
        Optional<DaytonaSnapshot> current = newestActive(before);
        if (current.filter(version -> hasContent(version, content)).isPresent()) {
            List<String> removed = cleanup.removeOld(before, current.get().name(), retention, progress);
            return new Replacement(current.get(), previous(before, current.get()), true, removed);
        }
        DaytonaSnapshot made = make(spec, recipe, content, before, current, wait, progress);
        List<String> removed = cleanup.removeOld(versions(spec.name()), made.name(), retention, progress);
        return new Replacement(made, current, false, removed);
    }

    Optional<DaytonaSnapshot> current(String name) {
        return newestActive(versions(name));
    }

    Replacement rollback(String name, SnapshotWait wait, ProgressTask progress) {
        List<DaytonaSnapshot> versions = versions(name);
        DaytonaSnapshot current = newestActive(versions)
                .orElseThrow(() -> new NotFoundException("There is no active version of \"" + name + "\""));
        DaytonaSnapshot target = previous(versions, current)
                .orElseThrow(() -> new NotFoundException(
                        "There is no version of \"" + name + "\" before " + current.name() + " to go back to"));
        // First the old one, then the new one: at every moment one of them is there for sandboxes to start from.
        DaytonaSnapshot active =
                ensurer.activate(target, wait, new Deadline(calls.api().pace(), wait.deadline()), progress);
        calls.deactivate(current.id(), current.name());
        return new Replacement(active, Optional.of(current), true, List.of());
    }

    List<String> removeOld(String prefix, Retention retention, ProgressTask progress) {
        List<DaytonaSnapshot> all = snapshots
                .list(SnapshotQuery.named(prefix))
                .filter(snapshot -> snapshot.name().startsWith(prefix) && !snapshot.general())
                .sorted(Comparator.comparing(DaytonaSnapshot::createdAt).reversed())
                .toList();
        String newest = newestActive(all).map(DaytonaSnapshot::name).orElse("");
        return cleanup.removeOld(all, newest, retention, progress);
    }

    private DaytonaSnapshot make(
            SnapshotSpec spec,
            Recipe recipe,
            String content,
            List<DaytonaSnapshot> before,
            Optional<DaytonaSnapshot> current,
            SnapshotWait wait,
            ProgressTask progress) {
        Optional<DaytonaSnapshot> underWay = before.stream()
                .filter(version -> !version.state().settled() && hasContent(version, content))
                .findFirst();
        String name = underWay.map(DaytonaSnapshot::name)
                .orElseGet(() -> VersionName.of(spec.name(), calls.api().pace().now(), content));
        try {
            return underWay.isPresent()
                    ? watch.untilActive(
                            underWay.get(), wait, new Deadline(calls.api().pace(), wait.deadline()), progress)
                    : ensurer.ensure(spec.name(name), recipe, wait, progress).snapshot();
        } catch (SandboxImageException e) {
            current.ifPresent(version -> progress.warn("Still current is " + version.name()));
            throw e;
        }
    }

    /** The newest first. */
    private List<DaytonaSnapshot> versions(String name) {
        return snapshots
                .list(SnapshotQuery.named(VersionName.prefix(name)))
                .filter(snapshot -> VersionName.isVersion(name, snapshot.name()))
                .sorted(Comparator.comparing(DaytonaSnapshot::name).reversed())
                .toList();
    }

    private static boolean hasContent(DaytonaSnapshot version, String content) {
        return version.name().endsWith("-" + content);
    }

    private static Optional<DaytonaSnapshot> newestActive(List<DaytonaSnapshot> newestFirst) {
        return newestFirst.stream().filter(version -> version.state().active()).findFirst();
    }

    /** The newest usable one that is older. */
    private static Optional<DaytonaSnapshot> previous(List<DaytonaSnapshot> newestFirst, DaytonaSnapshot current) {
        return newestFirst.stream()
                .filter(version -> version.name().compareTo(current.name()) < 0)
                .filter(version -> version.state().active() || version.state().equals(SnapshotState.INACTIVE))
                .findFirst();
    }
}
