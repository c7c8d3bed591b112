package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.SandboxMethods;
import io.sandboximage.depot.internal.proto.sandbox.ListSandboxesRequest;
import io.sandboximage.depot.internal.proto.sandbox.ListSandboxesResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Sandboxes on Depot's machines ({@code depot.sandbox.v1}). Thread-safe; closing ends the connection and no sandbox. What a
 * server does not have it says by {@link io.sandboximage.error.InvalidRequestException}: "not available on this server".
 */
public final class DepotSandboxes implements AutoCloseable {
    private static final int PAGE_SIZE = 100;

    private final DepotAccess access;
    private final DepotCalls calls;

    private DepotSandboxes(DepotAccess access, DepotCalls calls) {
        this.access = access;
        this.calls = calls;
    }

    /** The token must be one of an organization; {@link DepotAccess#organization} says which, where it is good for several. */
    public static DepotSandboxes of(DepotAccess access) {
        return new DepotSandboxes(access, DepotCalls.open(access));
    }

    /** What the environment and the configuration file of Depot's command line say. */
    public static DepotSandboxes fromEnvironment() {
        return of(DepotAccess.fromEnvironment());
    }

    /** Who we are to Depot, and where it is. */
    public DepotAccess access() {
        return access;
    }

    /**
     * Creates one. It may not run yet when this returns: {@link DepotSandbox#awaitRunning} waits.
     *
     * @throws io.sandboximage.error.QuotaExceededException if the organization has no room for it
     */
    public DepotSandbox create(SandboxRequest request) {
        SandboxInfo info = SandboxInfo.of(calls.call("create a sandbox", SandboxMethods.CREATE, request.wire())
                .getSandbox());
        return new DepotSandbox(calls, info.id(), info);
    }

    /**
     * Finds one.
     *
     * @throws io.sandboximage.error.NotFoundException if there is none of that id
     */
    public DepotSandbox get(String id) {
        return new DepotSandbox(calls, id, DepotSandbox.read(calls, id));
    }

    /** Those of all pages, the newest first. */
    public List<SandboxInfo> list(SandboxQuery query) {
        List<SandboxInfo> all = new ArrayList<>();
        ListSandboxesRequest.Builder request = query.wire().setPageSize(PAGE_SIZE);
        while (true) {
            ListSandboxesResponse page = calls.call("list sandboxes", SandboxMethods.LIST, request.build());
            page.getSandboxesList().forEach(sandbox -> all.add(SandboxInfo.of(sandbox)));
            // A server that gives the same token again would never come to an end.
            if (page.getNextPageToken().isEmpty() || page.getNextPageToken().equals(request.getPageToken())) {
                return all;
            }
            request.setPageToken(page.getNextPageToken());
        }
    }

    /** Snapshots of sandboxes, where the server has them. */
    public SandboxSnapshots snapshots() {
        return new SandboxSnapshots(calls);
    }

    @Override
    public void close() {
        calls.close();
    }
}
