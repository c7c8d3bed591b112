package io.sandboximage.depot.internal.unpack;

import io.sandboximage.DataSize;
import io.sandboximage.ImageSource;
import io.sandboximage.artifact.DiskPush;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.transport.Transports;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code pull IMAGE --output FILE [--size SIZE] [--platform P]} makes a file of an image, {@code push FILE REFERENCE} brings one to
 * a registry. {@code REGISTRY_USERNAME} and {@code REGISTRY_PASSWORD} say who we are there. Progress goes to standard output as JSON
 * lines, what went wrong to standard error.
 */
public final class UnpackMain {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private UnpackMain() {}

    public static void main(String[] args) {
        System.exit(run(
                List.of(args),
                System.getenv(),
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err)));
    }

    static int run(List<String> arguments, Map<String, String> environment, OutputStream out, OutputStream err) {
        try (ProgressRenderer renderer = Progress.jsonLines(out);
                ProgressTask task = ProgressTask.root(renderer, "snapshot")) {
            try (RegistryClient registries = RegistryClient.builder()
                    .credentials(credentials(environment))
                    .build()) {
                work(arguments, registries, task);
                task.done();
                return 0;
            } catch (SandboxImageException e) {
                task.failed(e);
                tell(err, String.valueOf(e.getMessage()));
                return e instanceof InvalidRequestException ? USAGE : FAILED;
            }
        }
    }

    private static void work(List<String> arguments, RegistryClient registries, ProgressTask task) {
        if (arguments.size() == 3 && arguments.get(0).equals("push")) {
            DiskPush.of(Path.of(arguments.get(1))).push(ImageReference.parse(arguments.get(2)), registries, task);
        } else if (arguments.size() > 3
                && arguments.size() % 2 == 0
                && arguments.get(0).equals("pull")) {
            pull(arguments.get(1), options(arguments.subList(2, arguments.size())), registries, task);
        } else {
            throw usage();
        }
    }

    private static void pull(String image, Map<String, String> options, RegistryClient registries, ProgressTask task) {
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(
                Path.of(Optional.ofNullable(options.get("--output")).orElseThrow(UnpackMain::usage)));
        if (options.containsKey("--size")) {
            snapshotter = snapshotter.size(DataSize.parse(options.get("--size")).bytes());
        }
        if (options.containsKey("--platform")) {
            snapshotter = snapshotter.platform(Platform.parse(options.get("--platform")));
        }
        try (ImageSource source = Transports.standard(registries).parse(image).source()) {
            snapshotter.snapshot(source, task);
        }
    }

    private static Map<String, String> options(List<String> arguments) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            if (!List.of("--output", "--size", "--platform").contains(arguments.get(i))) {
                throw usage();
            }
            options.put(arguments.get(i), arguments.get(i + 1));
        }
        return options;
    }

    private static InvalidRequestException usage() {
        return new InvalidRequestException(
                "usage: pull IMAGE --output FILE [--size SIZE] [--platform P] | push FILE REFERENCE");
    }

    /** The same pair for every registry: it is given for the one that the command names. */
    private static CredentialProvider credentials(Map<String, String> environment) {
        String password = environment.getOrDefault("REGISTRY_PASSWORD", "");
        if (password.isEmpty()) {
            return CredentialProvider.none();
        }
        Credentials pair = Credentials.basic(environment.getOrDefault("REGISTRY_USERNAME", "x-token"), password);
        return host -> Optional.of(pair);
    }

    private static void tell(OutputStream err, String text) {
        try {
            err.write((text + "\n").getBytes(StandardCharsets.UTF_8));
            err.flush();
        } catch (IOException e) {
            // Nobody listens; the exit code still tells.
        }
    }
}
