"""The vendor's own client against a server whose address is the argument; says what it saw."""

import sys

import daytona_api_client as vendor

client = vendor.ApiClient(vendor.Configuration(host=sys.argv[1], access_token="dtn_test"))
snapshots = vendor.SnapshotsApi(client)


def awaited(name, *ends):
    """The state in which it ends; each look takes time at the server."""
    for _ in range(100):
        state = snapshots.get_snapshot(name).state
        state = getattr(state, "value", state)
        if state in ends:
            return state
    raise SystemExit(f"{name} stays {state}")


def refused(call):
    try:
        call()
    except vendor.ApiException as e:
        return e.status
    raise SystemExit("not refused")


wanted = vendor.CreateSnapshot(name="team/app:1", image_name="ghcr.io/acme/app:1.0", cpu=2, memory=4, disk=10)
made = snapshots.create_snapshot(wanted)
print("created", getattr(made.state, "value", made.state))
print(awaited("team/app:1", "active"))
print("listed", snapshots.get_all_snapshots(page=1, limit=10, name="APP").total)
print("conflict", refused(lambda: snapshots.create_snapshot(wanted)))
snapshots.deactivate_snapshot(made.id)
print(awaited(made.id, "inactive"))
snapshots.remove_snapshot(made.id)
print(awaited(made.id, "removing"))
for _ in range(10):
    try:
        snapshots.get_snapshot(made.id)
    except vendor.ApiException as e:
        print("gone", e.status)
        break

build = vendor.CreateSnapshot(name="build", build_info=vendor.CreateBuildInfo(dockerfile_content="FROM alpine:3.20"))
snapshots.create_snapshot(build)
print("build", awaited("build", "active"))

registries = vendor.DockerRegistryApi(client)
registry = registries.create_registry(
    vendor.CreateDockerRegistry(name="r", url="https://ghcr.io/", username="u", password="p", project=""))
print("registry", registries.get_registry(registry.id).url.removeprefix("https://"))
registries.list_registries()
registries.delete_registry(registry.id)
print("access", registries.get_transient_push_access().project)
print("storage", vendor.ObjectStorageApi(client).get_push_access().bucket)

sandboxes = vendor.SandboxApi(client)
sandbox = sandboxes.create_sandbox(vendor.CreateSandbox(snapshot="build"))
for _ in range(10):
    sandbox = sandboxes.get_sandbox(sandbox.id)
    if sandbox.state == "started":
        break
print("sandbox", getattr(sandbox.state, "value", sandbox.state))
sandboxes.delete_sandbox(sandbox.id)
print("key", len(vendor.ApiKeysApi(client).get_current_api_key().permissions))
