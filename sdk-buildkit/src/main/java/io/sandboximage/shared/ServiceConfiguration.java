package io.sandboximage.shared;

import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.shared.internal.tls.TlsFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes the configuration files of the services. */
record ServiceConfiguration(SharedSettings settings, ServiceHost host, TlsFolder tls) {
    private static final String BUILDKIT_FILE = "buildkitd.toml";
    private static final String REGISTRY_FILE = "registry.yml";
    /** How long local contexts and cache mounts may be unused, whatever they take: two days, in seconds. */
    private static final long CONTEXTS_KEPT = 48 * 3600;
    /** Of the disk, where its size is not known: what {@link DiskLimits#ofDisk} does on disks up to 100 GB. */
    private static final String RESERVED_SHARE = "\"10%\"";

    private static final String MAX_USED_SHARE = "\"60%\"";
    private static final String MIN_FREE_SHARE = "\"20%\"";
    private static final String CONTEXTS_SHARE = "\"5%\"";

    ServicePlan plan(SharedService service) {
        String folder = host.configuration(service) + "/";
        Map<String, String> files = new LinkedHashMap<>();
        List<String> arguments = new ArrayList<>();
        if (service == SharedService.BUILDKIT) {
            files.put(BUILDKIT_FILE, buildKit(folder));
            files.put("ca.pem", read(tls.authority()));
            files.put("server.pem", read(tls.server()));
            arguments.addAll(List.of("--config", folder + BUILDKIT_FILE));
        } else {
            files.put(REGISTRY_FILE, registry());
            arguments.addAll(List.of("serve", folder + REGISTRY_FILE));
        }
        return new ServicePlan(service, host.program(service), arguments, files, host.place(service));
    }

    /** The limits that fit; empty if they are to be shares of a disk that cannot be seen from here. */
    Optional<DiskLimits> limits() {
        OptionalLong disk = host.diskBytes();
        return settings.limits()
                .or(() -> disk.isPresent() ? Optional.of(DiskLimits.ofDisk(disk.getAsLong())) : Optional.empty());
    }

    private String buildKit(String folder) {
        List<String> addresses = new ArrayList<>();
        if (settings.containers().isPresent()) {
            // For buildctl in the container.
            addresses.add(quoted("unix:///run/buildkit/buildkitd.sock"));
        }
        addresses.add(quoted("tcp://" + host.listenAddress(SharedService.BUILDKIT) + ":"
                + settings.buildKit().port()));
        Optional<DiskLimits> limits = limits();
        String space = "    reservedSpace = " + amount(limits.map(DiskLimits::reserved), RESERVED_SHARE)
                + "\n    maxUsedSpace = " + amount(limits.map(DiskLimits::maxUsed), MAX_USED_SHARE)
                + "\n    minFreeSpace = " + amount(limits.map(DiskLimits::minFree), MIN_FREE_SHARE) + "\n";
        StringBuilder toml = new StringBuilder();
        toml.append("root = ").append(quoted(host.data(SharedService.BUILDKIT))).append("\n\n");
        toml.append("[grpc]\n  address = [")
                .append(String.join(", ", addresses))
                .append("]\n");
        toml.append("  [grpc.tls]\n");
        toml.append("    ca = ").append(quoted(folder + "ca.pem")).append('\n');
        toml.append("    cert = ").append(quoted(folder + "server.pem")).append('\n');
        toml.append("    key = ").append(quoted(folder + "server.pem")).append("\n\n");
        toml.append("[worker.containerd]\n  enabled = false\n\n");
        toml.append("[worker.oci]\n  enabled = true\n  gc = true\n");
        // First what is easily had again, then what nobody used for long, then as much as must be.
        toml.append("  [[worker.oci.gcpolicy]]\n");
        toml.append(
                "    filters = [\"type==source.local\", \"type==exec.cachemount\", \"type==source.git.checkout\"]\n");
        toml.append("    keepDuration = ").append(CONTEXTS_KEPT).append('\n');
        toml.append("    maxUsedSpace = ")
                .append(amount(limits.map(DiskLimits::contexts), CONTEXTS_SHARE))
                .append('\n');
        toml.append("  [[worker.oci.gcpolicy]]\n").append(space);
        toml.append("  [[worker.oci.gcpolicy]]\n    all = true\n").append(space);
        List<String> plain = new ArrayList<>(settings.plainRegistries());
        plain.add(settings.registry().local());
        for (String registry : plain) {
            toml.append("\n[registry.").append(quoted(registry)).append("]\n  http = true\n");
        }
        return toml.toString();
    }

    private String registry() {
        return """
                version: 0.1
                log:
                  level: info
                storage:
                  filesystem:
                    rootdirectory: %s
                  delete:
                    enabled: true
                http:
                  addr: %s:%d
                """.formatted(
                        host.data(SharedService.REGISTRY),
                        host.listenAddress(SharedService.REGISTRY),
                        settings.registry().port());
    }

    private static String amount(Optional<Long> bytes, String share) {
        return bytes.map(String::valueOf).orElse(share);
    }

    /** A basic string of TOML. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
