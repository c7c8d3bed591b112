package io.sandboximage.compose.internal;

import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Variables in the values of a compose file: {@code $V}, {@code ${V}}, {@code ${V:-default}}, {@code ${V-default}},
 * {@code ${V:?error}}, {@code ${V?error}}, {@code ${V:+other}}, {@code ${V+other}}, nested ones, and {@code $$} for a dollar.
 *
 * @see <a href="https://docs.docker.com/reference/compose-file/interpolation/">Compose specification, Interpolation</a>
 */
public final class Interpolation {
    /** As compose has it: what stands in braces reaches to the last brace of the line, and is cut to its own one then. */
    private static final Pattern VARIABLE = Pattern.compile("(?d)\\$(?i:(?<escaped>\\$)|(?<named>[_a-z][_a-z0-9]*)"
            + "|\\{(?:(?<braced>[_a-z][_a-z0-9]*(?::?[-+?](.*))?)\\}|(?<invalid>)))");

    private static final List<String> OPERATORS = List.of(":?", "?", ":-", "-", ":+", "+");

    private final Function<String, Optional<String>> variables;
    private final Set<String> unset = new LinkedHashSet<>();

    public Interpolation(Function<String, Optional<String>> variables) {
        this.variables = variables;
    }

    /** Variables that were asked for without a default, and are not set. */
    public Set<String> unset() {
        return unset;
    }

    /**
     * All strings of a tree, names excepted.
     *
     * @throws InvalidRequestException if a required variable is not set, or something is no variable
     */
    public Map<String, Object> apply(Map<String, Object> tree) {
        Map<String, Object> result = new LinkedHashMap<>();
        tree.forEach((name, value) -> result.put(name, nullable(apply(value, name))));
        return result;
    }

    private @Nullable Object apply(@Nullable Object value, String path) {
        if (value instanceof String text) {
            try {
                return substitute(text);
            } catch (InvalidTemplate e) {
                throw new InvalidRequestException("invalid interpolation format for " + path
                        + ".\nYou may need to escape any $ with another $.\n" + text);
            } catch (InvalidRequestException e) {
                throw new InvalidRequestException("error while interpolating " + path + ": " + e.getMessage(), e);
            }
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> result = new ArrayList<>();
            list.forEach(element -> result.add(apply(element, path + ".[]")));
            return result;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> result = new LinkedHashMap<>();
            map.forEach((name, member) -> result.put((String) name, nullable(apply(member, path + "." + name))));
            return result;
        }
        return value;
    }

    @SuppressWarnings("NullAway")
    private static Object nullable(@Nullable Object value) {
        return value;
    }

    /** One string. */
    public String substitute(String text) {
        return VARIABLE.matcher(text).replaceAll(found -> Matcher.quoteReplacement(replacement(found.group())));
    }

    private String replacement(String found) {
        int end = closingBrace(found);
        String rest = end < 0 ? "" : found.substring(end + 1);
        String own = end < 0 ? found : found.substring(0, end + 1);
        Matcher matcher = VARIABLE.matcher(own);
        if (!matcher.find()) {
            throw new InvalidTemplate();
        }
        if (matcher.group("escaped") != null) {
            return "$";
        }
        if (matcher.group("named") != null) {
            return variable(matcher.group("named"));
        }
        String braced = matcher.group("braced");
        if (braced == null || braced.isEmpty()) {
            throw new InvalidTemplate();
        }
        Optional<String> operator = operator(found).filter(braced::contains);
        return operator.isPresent() ? operated(braced, operator.get()) + substitute(rest) : variable(braced);
    }

    private String variable(String name) {
        Optional<String> value = variables.apply(name);
        if (value.isEmpty()) {
            unset.add(name);
        }
        return value.orElse("");
    }

    private String operated(String braced, String operator) {
        int at = braced.indexOf(operator);
        String name = braced.substring(0, at);
        String other = substitute(braced.substring(at + operator.length()));
        Optional<String> value = variables.apply(name);
        boolean there =
                value.isPresent() && !(operator.startsWith(":") && value.get().isEmpty());
        return switch (operator.charAt(operator.length() - 1)) {
            case '-' -> there ? value.get() : other;
            case '+' -> there ? other : value.orElse("");
            default -> {
                if (!there) {
                    throw new InvalidRequestException("required variable " + name + " is missing a value"
                            + (other.isEmpty() ? "" : ": " + other));
                }
                yield value.get();
            }
        };
    }

    /** The one that stands first. */
    private static Optional<String> operator(String text) {
        Optional<String> first = Optional.empty();
        int at = Integer.MAX_VALUE;
        for (String operator : OPERATORS) {
            int here = text.indexOf(operator);
            if (here >= 0 && here < at) {
                first = Optional.of(operator);
                at = here;
            }
        }
        return first;
    }

    private static int closingBrace(String text) {
        int open = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '}' && --open == 0) {
                return i;
            }
            if (text.charAt(i) == '{') {
                open++;
                i++;
            }
        }
        return -1;
    }

    private static final class InvalidTemplate extends RuntimeException {
        private static final long serialVersionUID = 1;

        InvalidTemplate() {
            super("invalid template", null, false, false);
        }
    }
}
