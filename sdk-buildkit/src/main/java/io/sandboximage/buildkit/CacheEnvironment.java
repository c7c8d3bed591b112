package io.sandboximage.buildkit;

import java.util.Map;
import java.util.Optional;

/**
 * What Docker's own tools add to cache options from the environment of the client: the tokens of GitHub's Actions and the
 * credentials of AWS. Nothing else of this package reads these variables.
 */
public final class CacheEnvironment {
    private final Map<String, String> variables;

    private CacheEnvironment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** The variables of this process. */
    public static CacheEnvironment ofProcess() {
        return of(System.getenv());
    }

    public static CacheEnvironment of(Map<String, String> variables) {
        return new CacheEnvironment(variables);
    }

    /**
     * The option with what it lacks; attributes that are given stay.
     *
     * @return empty for a {@code gha} cache outside of GitHub's Actions: there is nothing to reach it with, and like
     *     {@code docker buildx build} callers leave it out
     */
    public Optional<CacheOption> complete(CacheOption option) {
        return switch (option.type()) {
            case "gha" -> gha(option);
            case "s3" -> Optional.of(s3(option));
            default -> Optional.of(option);
        };
    }

    private Optional<CacheOption> gha(CacheOption option) {
        String version = option.attributes().getOrDefault("version", isTrue("ACTIONS_CACHE_SERVICE_V2") ? "2" : "");
        CacheOption complete = fill(option, "token", "ACTIONS_RUNTIME_TOKEN");
        if (version.equals("2")) {
            complete = fill(complete, "url_v2", "ACTIONS_RESULTS_URL");
        }
        complete = fill(fill(complete, "url", "ACTIONS_CACHE_URL"), "url", "ACTIONS_RESULTS_URL");
        boolean reachable = has(complete, "token") && (has(complete, "url") || has(complete, "url_v2"));
        return reachable ? Optional.of(complete) : Optional.empty();
    }

    private CacheOption s3(CacheOption option) {
        if (option.attributes().containsKey("access_key_id")
                && option.attributes().containsKey("secret_access_key")) {
            return option; // A session token of the environment would belong to other keys.
        }
        CacheOption complete = fill(option, "access_key_id", "AWS_ACCESS_KEY_ID");
        complete = fill(complete, "secret_access_key", "AWS_SECRET_ACCESS_KEY");
        return fill(complete, "session_token", "AWS_SESSION_TOKEN");
    }

    private CacheOption fill(CacheOption option, String attribute, String variable) {
        String value = variables.getOrDefault(variable, "");
        return value.isEmpty() || option.attributes().containsKey(attribute) ? option : option.with(attribute, value);
    }

    private boolean isTrue(String variable) {
        String value = variables.getOrDefault(variable, "");
        return OptionText.isBool(value) && OptionText.bool(value, variable);
    }

    private static boolean has(CacheOption option, String attribute) {
        return !option.attributes().getOrDefault(attribute, "").isEmpty();
    }
}
