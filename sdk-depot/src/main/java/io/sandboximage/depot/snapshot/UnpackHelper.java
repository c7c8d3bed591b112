package io.sandboximage.depot.snapshot;

import io.sandboximage.depot.sandbox.CommandOutput;
import io.sandboximage.depot.sandbox.DepotSandbox;
import io.sandboximage.depot.sandbox.SandboxCommand;
import io.sandboximage.depot.sandbox.SandboxFiles;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The program that makes the file inside the sandbox. It is called as Depot's own helper is:
 * {@code snapshot pull IMAGE --output FILE [--size SIZE]}, with {@code REGISTRY_USERNAME} and {@code REGISTRY_PASSWORD} where the
 * image's registry wants them. Immutable.
 */
public final class UnpackHelper {
    private static final URI DEPOTS = URI.create("https://dl.depot.dev/snapshot/latest/snapshot-linux-amd64");
    private static final String PROGRAM = "/usr/local/bin/snapshot";
    private static final String FOLDER = "/tmp/sandbox-image";

    /** A base image has one of the two, seldom both. */
    private static final String FETCH = """
            set -e
            if command -v curl >/dev/null 2>&1; then curl -fsSL --retry 3 -o %2$s.part %1$s; else wget -q -O %2$s.part %1$s; fi
            chmod 755 %2$s.part
            mv %2$s.part %2$s
            """;

    private final Kind kind;
    private final String what;

    private enum Kind {
        URL,
        PROGRAM,
        OWN
    }

    private UnpackHelper(Kind kind, String what) {
        this.kind = kind;
        this.what = what;
    }

    /** Depot's own, from where its command line would get it. */
    public static UnpackHelper depot() {
        return url(DEPOTS);
    }

    /**
     * One that the sandbox fetches.
     *
     * @throws InvalidRequestException if the address is not one of http or https
     */
    public static UnpackHelper url(URI address) {
        if (!"https".equals(address.getScheme()) && !"http".equals(address.getScheme())) {
            throw new InvalidRequestException(
                    "\"" + address + "\" is no address that a sandbox can fetch a helper from:"
                            + " it must begin with https:// or http://");
        }
        return new UnpackHelper(Kind.URL, address.toString());
    }

    /** A program of this machine that is uploaded. */
    public static UnpackHelper program(Path file) {
        return new UnpackHelper(Kind.PROGRAM, file.toString());
    }

    /** This SDK's converter, uploaded as the jars that it runs from here; the sandbox needs Java 17 or later. */
    public static UnpackHelper ofThisSdk() {
        return ofThisSdk("java");
    }

    /** @param java path of Java in the sandbox */
    public static UnpackHelper ofThisSdk(String java) {
        return new UnpackHelper(Kind.OWN, java);
    }

    /** Whether it takes archives too, which need no registry. */
    boolean own() {
        return kind == Kind.OWN;
    }

    InstalledHelper install(DepotSandbox sandbox, ProgressTask progress) {
        try (ProgressTask task = progress.child("install " + this)) {
            InstalledHelper installed =
                    switch (kind) {
                        case URL -> fetch(sandbox);
                        case PROGRAM -> upload(sandbox, task);
                        case OWN -> uploadOwn(sandbox, task);
                    };
            task.done();
            return installed;
        }
    }

    private InstalledHelper fetch(DepotSandbox sandbox) {
        CommandOutput output = sandbox.run(SandboxCommand.shell(FETCH.formatted(quoted(what), PROGRAM)));
        if (output.exitCode() != 0) {
            throw new BuildFailedException(
                    "Could not fetch the snapshot helper from " + what + " in the sandbox " + sandbox + ": the command"
                            + " ended with exit code " + output.exitCode() + ": "
                            + output.errors().strip() + ". Give the address of one that there is, or upload one",
                    new BuildFailedException.Failure(
                            Optional.of("fetch snapshot helper"),
                            OptionalInt.of(output.exitCode()),
                            Optional.empty(),
                            output.errors().lines().toList()),
                    null,
                    null);
        }
        return new InstalledHelper(List.of(PROGRAM), false);
    }

    private InstalledHelper upload(DepotSandbox sandbox, ProgressTask progress) {
        send(sandbox, Path.of(what), PROGRAM, SandboxFiles.MODE_PROGRAM, progress);
        return new InstalledHelper(List.of(PROGRAM), false);
    }

    private InstalledHelper uploadOwn(DepotSandbox sandbox, ProgressTask progress) {
        try (ConverterFiles files = ConverterFiles.ofThisProcess()) {
            for (int i = 0; i < files.jars().size(); i++) {
                send(sandbox, files.jars().get(i), FOLDER + "/lib/" + i + ".jar", ConverterFiles.MODE, progress);
            }
        }
        return new InstalledHelper(
                List.of(what, "-XX:+UseSerialGC", "-cp", FOLDER + "/lib/*", ConverterFiles.MAIN), true);
    }

    /** Uploads a file of this machine. */
    static void send(DepotSandbox sandbox, Path file, String path, int mode, ProgressTask progress) {
        try (InputStream in = Files.newInputStream(file);
                ProgressTask task =
                        progress.child("upload " + file.getFileName(), ProgressUnit.BYTES, Files.size(file))) {
            sandbox.files().write(path, mode, new CountingStream(in, task::advance));
            task.done();
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    @Override
    public String toString() {
        return switch (kind) {
            case URL -> "the snapshot helper of " + what;
            case PROGRAM -> "the snapshot helper " + what;
            case OWN -> "this SDK's converter";
        };
    }
}
