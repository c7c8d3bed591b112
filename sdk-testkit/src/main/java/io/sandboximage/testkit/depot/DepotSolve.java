package io.sandboximage.testkit.depot;

import io.sandboximage.buildkit.internal.proto.SolveRequest;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a machine was asked to build.
 *
 * @param frontend empty where the client drives the frontend itself
 * @param options of the frontend
 * @param exporter empty where nothing is made
 * @param attributes of the exporter
 */
public record DepotSolve(
        String frontend, Map<String, String> options, String exporter, Map<String, String> attributes) {
    public DepotSolve {
        options = Collections.unmodifiableMap(new TreeMap<>(options));
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }

    static DepotSolve of(SolveRequest request) {
        return new DepotSolve(
                request.getFrontend(),
                request.getFrontendAttrsMap(),
                request.getExporterDeprecated(),
                request.getExporterAttrsDeprecatedMap());
    }
}
