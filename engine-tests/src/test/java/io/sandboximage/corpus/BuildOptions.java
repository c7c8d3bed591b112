package io.sandboximage.corpus;

import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.buildkit.SecretSource;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.testkit.engine.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a case gives a build besides its files, told both clients in their own ways: {@code target}, {@code platform} (several with
 * commas), {@code build-arg.NAME}, {@code label.NAME}, {@code secret.ID}, {@code context.NAME} (a folder of the case or an
 * address), {@code network}, {@code allow}, {@code add-host.NAME}, {@code shm-size}, {@code ulimit.NAME} (soft:hard). In values,
 * <code>${http}</code> and <code>${git}</code> are the servers' addresses. {@code FROM busybox} needs no registry: it is a named context.
 *
 * @param busybox an OCI layout
 */
record BuildOptions(Path busybox, Digest busyboxDigest, CorpusServers servers) {
    private static final String BASE = "busybox";

    DockerfileBuild ours(CorpusCase test, CaseFolder files) {
        DockerfileBuild build = DockerfileBuild.of(files.context())
                .dockerfile(files.dockerfile())
                .contextOfLayout(BASE, busybox, busyboxDigest);
        test.setting("target").ifPresent(build::target);
        platforms(test).forEach(platform -> build.platform(Platform.parse(platform)));
        test.settingsOf("build-arg").forEach((name, value) -> build.buildArg(name, servers.fill(value)));
        test.settingsOf("label").forEach(build::label);
        test.settingsOf("secret")
                .forEach((id, value) -> build.secret(id, SecretSource.of(value.getBytes(StandardCharsets.UTF_8))));
        test.settingsOf("context").forEach((name, value) -> {
            if (isAddress(value)) {
                build.context(name, servers.fill(value));
            } else {
                build.context(name, files.folder().resolve(value));
            }
        });
        test.setting("network").ifPresent(build::network);
        test.setting("allow").ifPresent(build::allow);
        test.settingsOf("add-host").forEach(build::addHost);
        test.setting("shm-size").map(Long::parseLong).ifPresent(build::shmSize);
        test.settingsOf("ulimit").forEach((name, value) -> {
            String[] limits = value.split(":");
            build.ulimit(name, Long.parseLong(limits[0]), Long.parseLong(limits[1]));
        });
        return build;
    }

    /** @param folder for files that only buildctl needs */
    Command theirs(Command buildctl, CorpusCase test, CaseFolder files, Path folder) {
        List<String> line = new ArrayList<>(List.of("build", "--frontend", "dockerfile.v0"));
        line.addAll(List.of("--local", "context=" + files.context()));
        line.addAll(List.of("--local", "dockerfile=" + files.dockerfile().getParent()));
        option(line, "filename", files.dockerfile().getFileName().toString());
        line.addAll(List.of("--oci-layout", BASE + "=" + busybox));
        option(line, "context:" + BASE, "oci-layout://" + BASE + "@" + busyboxDigest);
        test.setting("target").ifPresent(target -> option(line, "target", target));
        test.setting("platform").ifPresent(platform -> option(line, "platform", platform));
        test.settingsOf("build-arg").forEach((name, value) -> option(line, "build-arg:" + name, servers.fill(value)));
        test.settingsOf("label").forEach((name, value) -> option(line, "label:" + name, value));
        for (Map.Entry<String, String> secret : test.settingsOf("secret").entrySet()) {
            Path file = folder.resolve("secret-" + secret.getKey());
            write(file, secret.getValue());
            line.addAll(List.of("--secret", "id=" + secret.getKey() + ",src=" + file));
        }
        test.settingsOf("context").forEach((name, value) -> {
            if (isAddress(value)) {
                option(line, "context:" + name, servers.fill(value));
            } else {
                line.addAll(List.of("--local", name + "=" + files.folder().resolve(value)));
                option(line, "context:" + name, "local:" + name);
            }
        });
        test.setting("network").ifPresent(network -> option(line, "force-network-mode", network));
        test.setting("allow").ifPresent(allowed -> line.addAll(List.of("--allow", allowed)));
        test.setting("shm-size").ifPresent(size -> option(line, "shm-size", size));
        joined(line, "add-hosts", test.settingsOf("add-host"));
        joined(line, "ulimit", test.settingsOf("ulimit"));
        return buildctl.with(line.toArray());
    }

    static List<String> platforms(CorpusCase test) {
        return test.setting("platform").map(text -> List.of(text.split(","))).orElse(List.of());
    }

    private static void joined(List<String> line, String name, Map<String, String> values) {
        if (!values.isEmpty()) {
            option(
                    line,
                    name,
                    String.join(
                            ",",
                            values.entrySet().stream().map(Object::toString).toList()));
        }
    }

    private static void option(List<String> line, String name, String value) {
        line.addAll(List.of("--opt", name + "=" + value));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isAddress(String value) {
        return value.startsWith("${");
    }
}
