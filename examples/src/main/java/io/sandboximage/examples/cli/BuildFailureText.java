package io.sandboximage.examples.cli;

import io.sandboximage.error.BuildFailedException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A failed build as Docker's tools show it: the step's last lines, the place in the Dockerfile, then the error. */
public final class BuildFailureText {
    private static final String RULE = "------\n";
    private static final String EXCERPT_RULE = "--------------------\n";

    private BuildFailureText() {}

    /** Everything but the error itself. */
    public static String of(BuildFailedException.Failure failure) {
        StringBuilder text = new StringBuilder();
        if (!failure.logTail().isEmpty()) {
            text.append(RULE)
                    .append(" > ")
                    .append(failure.step().orElse("step"))
                    .append(":\n");
            failure.logTail().forEach(line -> text.append(line).append('\n'));
            text.append(RULE);
        }
        failure.source().ifPresent(source -> text.append(source.file())
                .append(':')
                .append(source.firstLine())
                .append('\n')
                .append(EXCERPT_RULE)
                .append(source.excerpt())
                .append(EXCERPT_RULE));
        return text.toString();
    }

    static Map<String, Object> json(BuildFailedException.Failure failure) {
        Map<String, Object> json = new LinkedHashMap<>();
        failure.step().ifPresent(step -> json.put("step", step));
        failure.exitCode().ifPresent(code -> json.put("exitCode", code));
        failure.source().ifPresent(source -> {
            json.put("file", source.file());
            json.put("line", source.firstLine());
        });
        json.put("log", failure.logTail());
        return json;
    }
}
