package io.sandboximage.buildkit;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ServerServiceDefinition;
import io.sandboximage.buildkit.internal.proto.Definition;
import io.sandboximage.buildkit.internal.proto.Exporter;
import io.sandboximage.buildkit.internal.session.AuthService;
import io.sandboximage.buildkit.internal.session.ContentService;
import io.sandboximage.buildkit.internal.session.ExportReceiver;
import io.sandboximage.buildkit.internal.session.FileSendService;
import io.sandboximage.buildkit.internal.session.FileSyncService;
import io.sandboximage.buildkit.internal.session.RegistryTokens;
import io.sandboximage.buildkit.internal.session.SecretsService;
import io.sandboximage.buildkit.internal.session.SshService;
import io.sandboximage.buildkit.internal.session.UploadService;
import io.sandboximage.buildkit.internal.solve.FileSink;
import io.sandboximage.buildkit.internal.ssh.SshAgent;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.internal.io.BlobDirectory;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.ContentDestination;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The two halves of a solve request: what goes to the daemon, and what its session serves. */
final class SolveAssembly {
    private static final String EXPORT_STORE = "export";

    private final SolveRequest request;
    private final ProgressTask progress;
    private final CacheTransfer caches;
    private final Map<String, SshAgent.Source> agents = new HashMap<>();

    /** @param progress told of caches and files that are left out */
    SolveAssembly(SolveRequest request, ProgressTask progress) {
        this.request = request;
        this.progress = progress;
        request.directories()
                .forEach((name, path) -> BuildInput.requireDirectory(path, "The directory for \"" + name + "\","));
        this.caches = new CacheTransfer(request, progress);
        request.ssh().forEach((id, source) -> agents.put(id, source.open()));
    }

    /** @param hostGateway asked for where hosts are given by that name */
    io.sandboximage.buildkit.internal.proto.SolveRequest message(
            String reference, String session, Supplier<String> hostGateway) {
        io.sandboximage.buildkit.internal.proto.SolveRequest.Builder message =
                io.sandboximage.buildkit.internal.proto.SolveRequest.newBuilder()
                        .setRef(reference)
                        .setSession(session)
                        .setFrontend(request.frontend())
                        .putAllFrontendAttrs(request.options())
                        .addAllEntitlements(request.entitlements())
                        // Very old daemons take its presence for granted.
                        .setCache(caches.message());
        caches.frontendOption()
                .filter(json -> !request.frontend().isEmpty())
                .ifPresent(json -> message.putFrontendAttrs("cache-imports", json));
        String hosts = request.options().getOrDefault(StepOptions.HOSTS_OPTION, "");
        if (hosts.contains("=" + StepOptions.HOST_GATEWAY)) {
            message.putFrontendAttrs(
                    StepOptions.HOSTS_OPTION, hosts.replace("=" + StepOptions.HOST_GATEWAY, "=" + hostGateway.get()));
        }
        request.definition().ifPresent(llb -> message.setDefinition(parse(llb)));
        for (BuildExport export : request.exports()) {
            message.addExporters(Exporter.newBuilder().setType(export.type()).putAllAttrs(export.attributes()));
        }
        if (request.exports().size() == 1) {
            BuildExport only = request.exports().get(0);
            message.setExporterDeprecated(only.type()).putAllExporterAttrsDeprecated(only.attributes());
        }
        return message.build();
    }

    List<ServerServiceDefinition> services(
            Executor executor, RegistryTokens tokens, Consumer<SandboxImageException> failures) {
        List<ServerServiceDefinition> services = new ArrayList<>();
        services.add(FileSyncService.definition(request.directories(), request.files(), executor, failures));
        services.add(FileSendService.definition(receivers(), failures));
        services.add(ContentService.definition(stores(), executor, failures));
        Map<String, Supplier<byte[]>> secrets = new HashMap<>();
        request.secrets().forEach((id, secret) -> secrets.put(id, secret::read));
        services.add(AuthService.definition(request.credentials(), tokens, failures));
        services.add(SecretsService.definition(secrets, failures));
        services.add(SshService.definition(agents, failures));
        services.add(UploadService.definition(request.uploads(), executor, failures));
        return services;
    }

    /** Gives the images in layouts their names: the blobs were written by the daemon, the index is the client's. */
    void finish(SolveResult result) {
        caches.finish(result);
        for (BuildExport export : request.exports()) {
            if (export.target() instanceof BuildExport.Target.Layout layout) {
                Descriptor root = result.descriptor()
                        .orElseThrow(() -> new InvalidContentException(
                                "BuildKit did not tell what it wrote into " + layout.path() + ": it is too old"));
                byte[] bytes = blobs(layout.path()).read(root, Manifest.MAX_BYTES);
                for (Optional<String> tag : tags(layout, result)) {
                    try (ContentDestination destination = OciLayout.destination(layout.path(), tag)) {
                        destination.commit(root, bytes);
                    }
                }
            }
        }
    }

    /** The tag that was given with the layout, else the tags of the image's names, else none. */
    private static List<Optional<String>> tags(BuildExport.Target.Layout layout, SolveResult result) {
        if (layout.tag().isPresent() || result.imageNames().isEmpty()) {
            return List.of(layout.tag());
        }
        return result.imageNames().stream()
                .map(name -> ImageReference.parse(name).tag())
                .distinct()
                .toList();
    }

    private Map<Integer, ExportReceiver> receivers() {
        Map<Integer, ExportReceiver> receivers = new HashMap<>();
        for (int i = 0; i < request.exports().size(); i++) {
            BuildExport.Target target = request.exports().get(i).target();
            if (target instanceof BuildExport.Target.Directory directory) {
                refuseMirroring(request.exports().get(i));
                receivers.put(i, new ExportReceiver.Directory(directory.path(), progress::warn));
            } else if (target instanceof BuildExport.Target.File file) {
                receivers.put(i, FileSink.file(file.path()));
            } else if (target instanceof BuildExport.Target.Stream stream) {
                receivers.put(i, FileSink.stream(stream.stream()));
            }
        }
        return receivers;
    }

    /** It would delete what else is in the directory; until now nobody asked for that of a library. */
    private static void refuseMirroring(BuildExport export) {
        String mode = export.attributes().getOrDefault("mode", "copy");
        if (!mode.equals("copy")) {
            throw new InvalidRequestException("A directory cannot be exported to with mode=" + mode
                    + ": only with mode=copy, over what is there. Empty the directory first");
        }
    }

    private Map<String, BlobDirectory> stores() {
        Map<String, BlobDirectory> stores = new HashMap<>();
        for (BuildExport export : request.exports()) {
            if (export.target() instanceof BuildExport.Target.Layout layout
                    && stores.put(EXPORT_STORE, blobs(layout.path())) != null) {
                throw new InvalidRequestException("A build can export into one OCI layout, not into several");
            }
        }
        request.layouts().forEach((name, path) -> stores.put("oci:" + name, blobs(path)));
        stores.putAll(caches.stores());
        return stores;
    }

    private static BlobDirectory blobs(Path path) {
        return new BlobDirectory(path, "oci:" + path);
    }

    private static Definition parse(byte[] llb) {
        try {
            return Definition.parseFrom(llb);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidRequestException("The low-level definition is no serialised pb.Definition", e);
        }
    }
}
