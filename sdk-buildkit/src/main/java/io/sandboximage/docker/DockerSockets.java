package io.sandboximage.docker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where engines put their sockets, most usual first.
 *
 * @param engine for people
 */
record DockerSockets(String engine, Path path) {
    static List<DockerSockets> of(DockerEnvironment environment) {
        Path home = environment.home();
        Path root = environment.root();
        List<DockerSockets> all = new ArrayList<>();
        all.add(new DockerSockets("Docker", root.resolve("var/run/docker.sock")));
        environment
                .variable("XDG_RUNTIME_DIR")
                .ifPresent(run -> all.add(
                        new DockerSockets("rootless Docker", Path.of(run).resolve("docker.sock"))));
        all.add(new DockerSockets("Docker Desktop", home.resolve(".docker/run/docker.sock")));
        all.add(new DockerSockets("Docker Desktop", home.resolve(".docker/desktop/docker.sock")));
        all.add(new DockerSockets("OrbStack", home.resolve(".orbstack/run/docker.sock")));
        environment
                .variable("COLIMA_HOME")
                .ifPresent(colima ->
                        all.add(new DockerSockets("Colima", Path.of(colima).resolve("default/docker.sock"))));
        all.add(new DockerSockets("Colima", home.resolve(".colima/default/docker.sock")));
        all.add(new DockerSockets("Colima", home.resolve(".config/colima/default/docker.sock")));
        all.add(new DockerSockets("Colima", home.resolve(".colima/docker.sock")));
        all.add(new DockerSockets("Rancher Desktop", home.resolve(".rd/docker.sock")));
        environment
                .variable("XDG_RUNTIME_DIR")
                .ifPresent(
                        run -> all.add(new DockerSockets("Podman", Path.of(run).resolve("podman/podman.sock"))));
        all.add(new DockerSockets("Podman", root.resolve("run/podman/podman.sock")));
        all.add(new DockerSockets("Podman", home.resolve(".local/share/containers/podman/machine/podman.sock")));
        all.add(new DockerSockets("Podman", home.resolve(".local/share/containers/podman/machine/qemu/podman.sock")));
        environment
                .variable("TMPDIR")
                .ifPresent(temporary -> all.add(new DockerSockets(
                        "Podman", Path.of(temporary).resolve("podman/podman-machine-default-api.sock"))));
        return List.copyOf(all);
    }
}
