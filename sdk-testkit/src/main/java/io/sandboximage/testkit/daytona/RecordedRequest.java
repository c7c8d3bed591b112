package io.sandboximage.testkit.daytona;

import java.util.Map;

/**
 * A request that the emulator got.
 *
 * @param path as it came, encoded, below the base URL
 * @param query as it came, encoded; may be empty
 * @param headers by their names in lower case
 */
public record RecordedRequest(String method, String path, String query, Map<String, String> headers, String body) {
    public RecordedRequest {
        headers = Map.copyOf(headers);
    }

    /** For instance {@code POST /snapshots}. */
    public String line() {
        return method + " " + path;
    }
}
