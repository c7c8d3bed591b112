package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.golden.GoldenSession;
import io.sandboximage.golden.build.GoldenBuildStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Golden caches for programs and for people. */
final class GoldenText {
    private GoldenText() {}

    static Map<String, Object> json(GoldenGeneration generation) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("project", generation.project());
        json.put("generation", generation.id());
        json.put("created", generation.created().toString());
        json.put("strategy", generation.strategy().toString());
        json.put("sizeBytes", generation.sizeBytes());
        json.put("files", generation.files());
        Map<String, Object> images = new LinkedHashMap<>();
        generation.images().forEach(image -> images.put(image.name(), image.id().toString()));
        json.put("images", images);
        json.put("labels", generation.labels());
        return json;
    }

    static String line(GoldenGeneration generation) {
        return generation.project() + "  " + generation.id() + "  "
                + generation.images().size() + " images  " + DataSize.ofBytes(generation.sizeBytes()) + "  "
                + generation.files() + " files\n";
    }

    static Map<String, Object> json(GoldenSession session) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("session", session.name());
        json.put("project", session.project());
        json.put("dataRoot", session.dataRoot().toString());
        session.generation().ifPresent(generation -> json.put("generation", generation.id()));
        List<String> mounts =
                session.readOnlyMounts().stream().map(Object::toString).toList();
        json.put("readOnlyMounts", mounts);
        return json;
    }

    static Map<String, Object> json(GoldenBuildStatus status) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("project", status.project());
        json.put("host", status.host());
        json.put("state", status.state().toString());
        json.put("build", status.buildId());
        json.put("reasons", status.reasons());
        json.put("attempt", status.attempt());
        status.started().ifPresent(at -> json.put("started", at.toString()));
        status.finished().ifPresent(at -> json.put("finished", at.toString()));
        json.put("error", status.error());
        status.log().ifPresent(log -> json.put("log", log.toString()));
        status.generation().ifPresent(generation -> json.put("generation", generation));
        status.ready().ifPresent(at -> json.put("ready", at.toString()));
        json.put("pending", status.pending());
        return json;
    }

    static String line(GoldenBuildStatus status) {
        String error = status.error().isEmpty() ? "" : "  " + status.error();
        return status.project() + "  " + status.state() + "  " + status.buildId() + error + "\n";
    }
}
