package io.sandboximage.credentials;

import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.internal.json.JsonView;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * A {@code docker-credential-NAME} program: {@code get} with the server on its input answers a JSON object. Its output is never
 * logged nor quoted, since it may hold the secret even when it fails.
 */
final class CredentialHelper {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final int MAX_OUTPUT = 1024 * 1024;
    private static final String NOT_FOUND = "credentials not found";
    /** The user name by which helpers mark the secret as an identity token. */
    private static final String TOKEN_USER = "<token>";

    private final String program;
    private final Map<String, String> environment;
    private final Duration timeout;

    CredentialHelper(String name, Map<String, String> environment, Duration timeout) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRequestException("\"" + name + "\" is not a name of a credential helper");
        }
        this.program = "docker-credential-" + name;
        this.environment = environment;
        this.timeout = timeout;
    }

    Optional<Credentials> get(String server) {
        Process process = start(server);
        try {
            FutureTask<byte[]> output =
                    new FutureTask<>(() -> process.getInputStream().readNBytes(MAX_OUTPUT));
            Thread reader = new Thread(output, program);
            reader.setDaemon(true);
            reader.start();
            send(process, server);
            byte[] answer = output.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw timedOut(server);
            }
            return process.exitValue() == 0 ? parse(answer, server) : failure(answer, process.exitValue(), server);
        } catch (TimeoutException e) {
            throw timedOut(server);
        } catch (ExecutionException e) {
            throw failed(server, "its output could not be read");
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("asking " + program + " for credentials", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start(String server) {
        ProcessBuilder builder = new ProcessBuilder(executable(server).toString(), "get");
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AuthenticationException(
                    "Could not start " + program + " for the credentials of " + server + ": " + e.getMessage(), e);
        }
    }

    private Path executable(String server) {
        String path = environment.getOrDefault("PATH", "");
        for (String directory : path.split(Pattern.quote(File.pathSeparator))) {
            for (String suffix : List.of("", ".exe")) {
                Path candidate = Path.of(directory.isEmpty() ? "." : directory, program + suffix);
                if (Files.isExecutable(candidate) && Files.isRegularFile(candidate)) {
                    return candidate;
                }
            }
        }
        throw new AuthenticationException("The credentials of " + server + " are kept by " + program
                + ", but there is no such program on the PATH: install it or log in without it");
    }

    private static void send(Process process, String server) {
        try (OutputStream input = process.getOutputStream()) {
            input.write((server + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException helperDidNotRead) {
            // Its exit status tells what went wrong.
            return;
        }
    }

    private Optional<Credentials> parse(byte[] answer, String server) {
        JsonView json;
        try {
            json = JsonView.parse(answer, MAX_OUTPUT, "answer of " + program);
        } catch (InvalidContentException e) {
            throw failed(server, "its answer is not JSON");
        }
        String username = json.string("Username").orElse("");
        String secret = json.string("Secret").orElse("");
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                username.equals(TOKEN_USER) ? Credentials.identityToken(secret) : Credentials.basic(username, secret));
    }

    private Optional<Credentials> failure(byte[] answer, int exit, String server) {
        if (new String(answer, StandardCharsets.UTF_8).contains(NOT_FOUND)) {
            return Optional.empty();
        }
        throw failed(server, "it ended with status " + exit);
    }

    private AuthenticationException failed(String server, String reason) {
        return new AuthenticationException("Could not get the credentials of " + server + " from " + program + ": "
                + reason + ". Run \"" + program + " get\" by hand to see why");
    }

    private AuthenticationException timedOut(String server) {
        return failed(server, "no answer within " + timeout.toSeconds() + " s");
    }
}
