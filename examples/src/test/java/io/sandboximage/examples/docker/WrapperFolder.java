package io.sandboximage.examples.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The wrapper on a PATH before a "docker" that writes down everything that it gets, with a "java" that does so too. */
final class WrapperFolder {
    static final int DOCKER_CODE = 42;
    static final int JAVA_CODE = 43;
    static final Path WRAPPER = Path.of("bin", "docker").toAbsolutePath();
    static final String SYSTEM = "/usr/local/bin:/usr/bin:/bin";

    private final Path folder;
    final Path docker;
    private final Path record;
    private final Path java;

    WrapperFolder(Path folder) throws IOException {
        this.folder = folder;
        this.record = Files.createDirectories(folder.resolve("record"));
        this.docker = program(folder.resolve("real bin").resolve("docker"), "docker", DOCKER_CODE);
        this.java = folder.resolve("jdk");
        program(java.resolve("bin").resolve("java"), "java", JAVA_CODE);
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    }

    /** What a program got. */
    record Call(String program, List<String> words, String environment, String input, String directory) {}

    /** How a command line ended. */
    record Run(int code, String output, Call call) {}

    private Path program(Path file, String name, int code) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, """
                #!/bin/sh
                printf '%%s' '%s' >"$RECORD/program"
                printf '%%s\\0' "$@" >"$RECORD/words"
                printf '%%s' "$#" >"$RECORD/count"
                env | grep -v '^_=' | sort >"$RECORD/environment"
                cat >"$RECORD/input"
                pwd >"$RECORD/directory"
                echo "output of %s"
                exit %d
                """.formatted(name, name, code));
        return executable(file);
    }

    static Path executable(Path file) {
        if (!file.toFile().setExecutable(true)) {
            throw new AssertionError(file + " cannot be made executable");
        }
        return file;
    }

    /** Variables with a builder named, and nothing from outside that counts. */
    ProcessBuilder shell(String line, Map<String, String> variables) {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", line).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        environment
                .keySet()
                .removeIf(name -> name.startsWith("DOCKER_")
                        || name.startsWith("BUILD")
                        || name.startsWith("SANDBOX_IMAGE_")
                        || name.startsWith("COMPOSE_")
                        || name.equals("JAVA_TOOL_OPTIONS"));
        environment.put("PATH", WRAPPER.getParent() + ":" + docker.getParent() + ":" + SYSTEM);
        environment.put("RECORD", record.toString());
        environment.put("JAVA_HOME", java.toString());
        environment.put("SANDBOX_IMAGE_CLASS_PATH", "classes");
        environment.put("SANDBOX_IMAGE_BUILDER", "unix:///run/buildkit/buildkitd.sock");
        environment.put("STRANGE", "one\n two=*ä");
        environment.putAll(variables);
        environment.values().removeIf(String::isEmpty);
        return builder;
    }

    /** With the wrapper as {@code docker}. */
    Run run(String words, String input, Map<String, String> variables) throws IOException, InterruptedException {
        return run(shell("docker " + words, variables), input);
    }

    Run run(String words) throws IOException, InterruptedException {
        return run(words, "", Map.of());
    }

    /** With the recording docker, directly. */
    Run direct(String words, String input) throws IOException, InterruptedException {
        return run(shell("\"" + docker + "\" " + words, Map.of()), input);
    }

    Run run(ProcessBuilder builder, String input) throws IOException, InterruptedException {
        for (Path file : List.of(record.resolve("program"), record.resolve("words"))) {
            Files.deleteIfExists(file);
        }
        Process process = builder.redirectErrorStream(true).start();
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
        } catch (IOException ignored) {
            // It ended without reading.
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output, call());
    }

    private Call call() throws IOException {
        if (!Files.exists(record.resolve("program"))) {
            return new Call("nobody", List.of(), "", "", "");
        }
        List<String> words = new ArrayList<>(
                Arrays.asList(Files.readString(record.resolve("words")).split("\0", -1)));
        int count = Integer.parseInt(Files.readString(record.resolve("count")));
        return new Call(
                Files.readString(record.resolve("program")),
                List.copyOf(words.subList(0, count)),
                Files.readString(record.resolve("environment")),
                Files.readString(record.resolve("input")),
                Files.readString(record.resolve("directory")));
    }
}
