package io.sandboximage.testkit.depot;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One call that the emulator got.
 *
 * @param procedure service and method, for instance {@code depot.cli.v1.BuildService/CreateBuild}
 * @param protocol content type without parameters
 * @param headers by lower-case name
 * @param requests the messages in protobuf's text form, as far as they have come
 */
public record DepotCall(String procedure, String protocol, Map<String, String> headers, List<String> requests) {
    public DepotCall {
        headers = new TreeMap<>(headers);
    }

    /** The method alone. */
    public String method() {
        return procedure.substring(procedure.indexOf('/') + 1);
    }

    /** Who called. */
    public Optional<String> token() {
        return Optional.ofNullable(headers.get("authorization"))
                .filter(value -> value.startsWith("Bearer "))
                .map(value -> value.substring("Bearer ".length()));
    }
}
