package io.sandboximage.examples.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Variables that programs in a sandbox get. */
final class VariableOptions {
    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "Set a variable; may be repeated.")
    private Map<String, String> variables = new LinkedHashMap<>();

    Map<String, String> all() {
        return variables;
    }
}
