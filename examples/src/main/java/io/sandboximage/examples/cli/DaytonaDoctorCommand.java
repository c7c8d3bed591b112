package io.sandboximage.examples.cli;

import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.account.ApiKey;
import io.sandboximage.daytona.snapshot.SnapshotQuery;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.progress.ProgressTask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine.Command;

@Command(
        name = "doctor",
        description = "Checks access to Daytona: the address, the key and its permissions, limits. Fails if snapshots"
                + " could not be made.",
        mixinStandardHelpOptions = true)
final class DaytonaDoctorCommand extends DaytonaCall {
    private static final List<String> WANTED = List.of(
            ApiKey.WRITE_SNAPSHOTS,
            ApiKey.DELETE_SNAPSHOTS,
            ApiKey.WRITE_REGISTRIES,
            ApiKey.WRITE_SANDBOXES,
            ApiKey.DELETE_SANDBOXES);

    DaytonaDoctorCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report call(DaytonaClient client, ProgressTask progress) {
        Map<String, Object> json = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        long snapshots = client.snapshots().list(SnapshotQuery.all()).count();
        add("snapshots", snapshots, json, rows);
        add("registries", client.registries().list().size(), json, rows);
        Optional<ApiKey> key = client.account().key();
        add("access", key.isPresent() ? "API key" : "user's token", json, rows);
        key.ifPresent(k -> {
            add("permissions", new TreeSet<>(k.permissions()), json, rows);
            List<String> missing = WANTED.stream().filter(p -> !k.may(p)).toList();
            add("missing", missing, json, rows);
            k.expiresAt().ifPresent(end -> add("expires", end, json, rows));
        });
        client.account().limits().ifPresent(limits -> {
            limits.snapshots().ifPresent(n -> add("snapshot quota", n, json, rows));
            limits.cpuPerSandbox().ifPresent(n -> add("CPU per sandbox", n, json, rows));
            limits.memoryGbPerSandbox().ifPresent(n -> add("memory per sandbox (GB)", n, json, rows));
            limits.diskGbPerSandbox().ifPresent(n -> add("disk per sandbox (GB)", n, json, rows));
        });
        client.rateLimits()
                .values()
                .forEach(limit -> add(
                        "rate limit " + limit.bucket(),
                        limit.remaining() + " of " + limit.limit() + " left",
                        json,
                        rows));
        if (key.isPresent() && !key.get().may(ApiKey.WRITE_SNAPSHOTS)) {
            throw new AccessDeniedException(
                    "The API key \"" + key.get().name() + "\" cannot make snapshots: it lacks " + ApiKey.WRITE_SNAPSHOTS
                            + ". It has " + new TreeSet<>(key.get().permissions()));
        }
        return new Report(json, () -> Texts.table(rows));
    }

    private static void add(String name, Object value, Map<String, Object> json, List<List<String>> rows) {
        json.put(
                name,
                value instanceof Long || value instanceof Integer || value instanceof Iterable<?>
                        ? value
                        : value.toString());
        rows.add(List.of(name, value.toString()));
    }
}
