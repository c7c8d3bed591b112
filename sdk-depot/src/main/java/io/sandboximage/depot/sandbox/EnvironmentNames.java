package io.sandboximage.depot.sandbox;

import io.sandboximage.error.InvalidRequestException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Names of variables that Depot takes. */
final class EnvironmentNames {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private EnvironmentNames() {}

    /** A copy, sorted. */
    static Map<String, String> checked(Map<String, String> environment) {
        for (String name : environment.keySet()) {
            if (!NAME.matcher(name).matches()) {
                throw new InvalidRequestException("\"" + name + "\" is no name of an environment variable for Depot: it"
                        + " takes letters, digits and _, and no digit in front");
            }
        }
        return Collections.unmodifiableMap(new TreeMap<>(environment));
    }
}
