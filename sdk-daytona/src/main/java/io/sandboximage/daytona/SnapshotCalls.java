package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Api;
import io.sandboximage.daytona.internal.JsonLenient;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotQuery;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.internal.json.JsonView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;

/** The calls of the snapshot API, one method each. */
final class SnapshotCalls {
    private static final String SNAPSHOTS = "snapshots";

    private final Api api;

    SnapshotCalls(Api api) {
        this.api = api;
    }

    Api api() {
        return api;
    }

    DaytonaSnapshot create(String name, Map<String, Object> body) {
        String what = "create the snapshot \"" + name + "\"";
        return SnapshotJson.parse(api.post(what, api.url(SNAPSHOTS).build(), body), what);
    }

    DaytonaSnapshot get(String nameOrId) {
        String what = "look up the snapshot \"" + nameOrId + "\"";
        return SnapshotJson.parse(api.get(what, api.url(SNAPSHOTS, nameOrId).build()), what);
    }

    Optional<DaytonaSnapshot> find(String nameOrId) {
        try {
            return Optional.of(get(nameOrId));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** @param number counted from 1 */
    List<DaytonaSnapshot> page(SnapshotQuery query, int number) {
        String what = "list snapshots";
        HttpUrl.Builder url = api.url(SNAPSHOTS)
                .addQueryParameter("page", Integer.toString(number))
                .addQueryParameter("limit", Integer.toString(query.pageSize()))
                .addQueryParameter("sort", query.sort().parameter())
                .addQueryParameter("order", query.ascending() ? "asc" : "desc");
        query.name().ifPresent(name -> url.addQueryParameter("name", name));
        query.sourceSandboxId().ifPresent(id -> url.addQueryParameter("sourceSandboxId", id));
        return api.list(what, url.build()).stream()
                .map(json -> SnapshotJson.parse(json, what))
                .toList();
    }

    /** @param id UUID: this call takes no name */
    void delete(String id, String name) {
        api.run(
                "delete the snapshot \"" + name + "\"",
                "DELETE",
                api.url(SNAPSHOTS, id).build());
    }

    DaytonaSnapshot activate(String id, String name) {
        String what = "activate the snapshot \"" + name + "\"";
        JsonView answer = api.post(what, api.url(SNAPSHOTS, id, "activate").build(), Map.of());
        return SnapshotJson.parse(answer, what);
    }

    void deactivate(String id, String name) {
        api.run(
                "deactivate the snapshot \"" + name + "\"",
                "POST",
                api.url(SNAPSHOTS, id, "deactivate").build());
    }

    /** @throws NotFoundException if no runner has taken the build yet */
    HttpUrl buildLog(String id, String name, boolean follow) {
        String what = "find the build log of the snapshot \"" + name + "\"";
        JsonView answer = api.get(what, api.url(SNAPSHOTS, id, "build-logs-url").build());
        HttpUrl.Builder url = api.elsewhere(what, JsonLenient.required(answer, "url", what));
        if (follow) {
            url.setQueryParameter("follow", "true");
        }
        return url.build();
    }
}
