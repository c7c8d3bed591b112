package io.sandboximage.examples.cli;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.git.GitRepository;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names with variables of git in braces; git is asked when the first one is met. */
final class GitNames {
    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z]+)}");

    private final Path folder;
    private final Map<String, String> environment;
    private @Nullable GitRepository repository;

    /** @param environment tells the branch where a CI service has checked out a commit alone */
    GitNames(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    GitRepository repository() {
        GitRepository known = repository;
        if (known == null) {
            known = GitRepository.at(folder).withBranchOf(environment);
            repository = known;
        }
        return known;
    }

    /** The variables, if a text has any. */
    Map<String, String> variables(String text) {
        return VARIABLE.matcher(text).find() ? repository().variables() : Map.of();
    }

    String expand(String text) {
        Map<String, String> variables = variables(text);
        return VARIABLE.matcher(text).replaceAll(match -> {
            String value = variables.get(match.group(1));
            if (value == null) {
                throw new InvalidRequestException("\"" + text + "\" has the variable {" + match.group(1)
                        + "}; there are " + String.join(", ", variables.keySet()));
            }
            return Matcher.quoteReplacement(value);
        });
    }
}
