package io.sandboximage.daytona;

import io.sandboximage.DataSize;
import io.sandboximage.ImageSource;
import io.sandboximage.daytona.account.ApiKey;
import io.sandboximage.daytona.account.Limits;
import io.sandboximage.daytona.internal.context.ContextArchive;
import io.sandboximage.daytona.snapshot.BuildContext;
import io.sandboximage.daytona.snapshot.PreflightReport;
import io.sandboximage.daytona.snapshot.PreflightReport.Kind;
import io.sandboximage.daytona.snapshot.SnapshotContent;
import io.sandboximage.daytona.snapshot.SnapshotResources;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Image;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Looks for everything that would make a snapshot fail: the request, permissions, quotas, platform and size. */
public final class Preflight {
    /** The server counts GB in these, as far as is known. */
    private static final long GB = 1L << 30;
    /** What a snapshot gets where none is asked for. */
    private static final SnapshotResources SERVER_DEFAULT = SnapshotResources.of(1, 1, 3);

    private final Account account;
    private final Snapshots snapshots;

    Preflight(Account account, Snapshots snapshots) {
        this.account = account;
        this.snapshots = snapshots;
    }

    /** Checks what {@code create} and {@code ensure} need. */
    public PreflightReport check(SnapshotSpec spec) {
        return check(spec, false);
    }

    /**
     * Checks all of it; what the server does not tell, as it does not tell quotas to API keys, becomes a note.
     *
     * @param removes whether snapshots are to be removed too, as {@code replace} does
     */
    public PreflightReport check(SnapshotSpec spec, boolean removes) {
        Findings findings = new Findings();
        spec.problems().forEach(text -> findings.problem(Kind.REQUEST, text));
        findings.notes.addAll(spec.warnings());
        checkKey(removes, findings);
        checkLimits(spec, findings);
        if (spec.content() instanceof SnapshotContent.Local local) {
            checkImage(local.source(), spec, findings);
        }
        if (spec.content() instanceof SnapshotContent.Dockerfile dockerfile) {
            dockerfile.context().ifPresent(context -> checkContext(context, findings));
        }
        return new PreflightReport(findings.problems, findings.notes);
    }

    private void checkKey(boolean removes, Findings findings) {
        Optional<ApiKey> key = account.key();
        if (key.isEmpty()) {
            findings.note("The permissions could not be checked: the server tells them of API keys only");
            return;
        }
        Set<String> needed = new LinkedHashSet<>();
        needed.add(ApiKey.WRITE_SNAPSHOTS);
        if (removes) {
            needed.add(ApiKey.DELETE_SNAPSHOTS);
        }
        for (String permission : needed) {
            if (!key.get().may(permission)) {
                findings.problem(
                        Kind.PERMISSION, "the API key \"" + key.get().name() + "\" lacks the permission " + permission);
            }
        }
    }

    private void checkLimits(SnapshotSpec spec, Findings findings) {
        Optional<Limits> known = account.limits();
        if (known.isEmpty()) {
            findings.note("The quotas could not be checked: the server does not tell them to this client");
            return;
        }
        Limits limits = known.get();
        SnapshotResources wanted = spec.resources().orElse(SERVER_DEFAULT);
        exceeds("CPU", wanted.cpu(), limits.cpuPerSandbox(), findings);
        exceeds("GB of memory", wanted.memoryGb(), limits.memoryGbPerSandbox(), findings);
        exceeds("GB of disk", wanted.diskGb(), limits.diskGbPerSandbox(), findings);
        if (limits.snapshots().isPresent()
                && limits.snapshotsUsed().isPresent()
                && limits.snapshotsUsed().getAsLong() >= limits.snapshots().getAsLong()
                && !isCounted(spec)) {
            findings.problem(
                    Kind.QUOTA,
                    "all " + limits.snapshots().getAsLong()
                            + " snapshots that the organisation may have are in use: delete or deactivate one");
        }
    }

    /** Whether there is one of that name already, in use or in the making: it needs no more room than it has. */
    private boolean isCounted(SnapshotSpec spec) {
        return spec.problems().isEmpty()
                && snapshots
                        .find(spec.name())
                        .filter(there ->
                                there.state().active() || !there.state().settled())
                        .isPresent();
    }

    private static void exceeds(String what, int wanted, OptionalLong limit, Findings findings) {
        if (limit.isPresent() && wanted > limit.getAsLong()) {
            findings.problem(
                    Kind.QUOTA,
                    wanted + " " + what + " are more than the " + limit.getAsLong() + " a sandbox may have");
        }
    }

    private static void checkImage(ImageSource source, SnapshotSpec spec, Findings findings) {
        Image image;
        try {
            image = source.image(PushedImage.PLATFORM);
        } catch (NotFoundException e) {
            findings.problem(Kind.PLATFORM, "Daytona runs " + PushedImage.PLATFORM + " only: " + e.getMessage());
            return;
        }
        long compressed = image.manifest().layers().stream()
                .mapToLong(Descriptor::sizeBytes)
                .sum();
        int diskGb = spec.resources().orElse(SERVER_DEFAULT).diskGb();
        if (compressed > diskGb * GB) {
            findings.problem(
                    Kind.SIZE,
                    "the image has " + DataSize.ofBytes(compressed) + " compressed, more than the " + diskGb
                            + " GB of disk that its sandboxes get");
        }
        if (spec.entrypoint().isEmpty() && PushedImage.command(image.config()).isEmpty()) {
            findings.note("The image has no ENTRYPOINT: Daytona keeps its sandboxes up by itself");
        }
    }

    private static void checkContext(BuildContext context, Findings findings) {
        try {
            List<String> empty = ContextArchive.emptyDirectories(context);
            if (!empty.isEmpty()) {
                findings.note("Daytona's builder does not see empty directories: " + String.join(", ", empty));
            }
        } catch (InvalidRequestException e) {
            findings.problem(Kind.CONTEXT, String.valueOf(e.getMessage()));
        }
    }

    private static final class Findings {
        private final List<PreflightReport.Problem> problems = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        void problem(Kind kind, String text) {
            problems.add(new PreflightReport.Problem(kind, text));
        }

        void note(String text) {
            notes.add(text);
        }
    }
}
