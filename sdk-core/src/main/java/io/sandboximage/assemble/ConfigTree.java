package io.sandboximage.assemble;

import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageConfig;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A config at work (OCI image-spec, config.md): members that nobody edits stay as they are, also unknown ones. */
final class ConfigTree {
    private final Map<String, Object> members;

    private ConfigTree(Map<String, Object> members) {
        this.members = members;
    }

    static ConfigTree of(Platform platform) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("architecture", platform.architecture());
        members.put("os", platform.os());
        platform.variant().ifPresent(v -> members.put("variant", v));
        platform.osVersion().ifPresent(v -> members.put("os.version", v));
        if (!platform.osFeatures().isEmpty()) {
            members.put("os.features", platform.osFeatures());
        }
        return new ConfigTree(members);
    }

    static ConfigTree of(ImageConfig base) {
        return new ConfigTree(Json.parseObject(base.bytes(), ImageConfig.MAX_BYTES, "config of the base image"));
    }

    byte[] bytes() {
        return Json.write(members);
    }

    void set(String name, Object value) {
        members.put(name, value);
    }

    void created(Instant time) {
        members.put("created", time.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** Sets a member of {@code config}, what a container starts with. */
    void setExecution(String name, Object value) {
        object(members, "config").put(name, value);
    }

    void removeExecution(String name) {
        object(members, "config").remove(name);
    }

    void label(String name, String value) {
        object(object(members, "config"), "Labels").put(name, value);
    }

    /** Exposed ports and volumes are objects with empty objects in them. */
    void addToSet(String set, String value) {
        object(object(members, "config"), set).put(value, new LinkedHashMap<>());
    }

    /** Sets a variable where it stands, or after the others. */
    void env(String name, String value) {
        List<Object> variables = array(object(members, "config"), "Env");
        String assignment = name + "=" + value;
        for (int i = 0; i < variables.size(); i++) {
            if (variables.get(i) instanceof String text && text.startsWith(name + "=")) {
                variables.set(i, assignment);
                return;
            }
        }
        variables.add(assignment);
    }

    void addLayer(Digest diffId, String createdBy, Instant created) {
        List<Object> diffIds = array(object(members, "rootfs"), "diff_ids");
        object(members, "rootfs").putIfAbsent("type", "layers");
        List<Object> history = array(members, "history");
        // Readers that match history with layers need one entry a layer: a base without complete history gets none.
        if (layersIn(history) == diffIds.size()) {
            history.add(entry(createdBy, created));
        }
        diffIds.add(diffId.toString());
    }

    void addHistory(String createdBy, Instant created) {
        Map<String, Object> entry = entry(createdBy, created);
        entry.put("empty_layer", true);
        array(members, "history").add(entry);
    }

    /** Makes sure that the required members are there. */
    void complete() {
        object(members, "rootfs").putIfAbsent("type", "layers");
        array(object(members, "rootfs"), "diff_ids");
        object(members, "config");
    }

    private static Map<String, Object> entry(String createdBy, Instant created) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("created", created.truncatedTo(ChronoUnit.SECONDS).toString());
        entry.put("created_by", createdBy);
        return entry;
    }

    private static long layersIn(List<Object> history) {
        return history.stream()
                .filter(e -> !(e instanceof Map<?, ?> entry && Boolean.TRUE.equals(entry.get("empty_layer"))))
                .count();
    }

    private static Map<String, Object> object(Map<String, Object> parent, String name) {
        Object found = parent.get(name);
        if (found instanceof Map<?, ?>) {
            return Json.asObject(found);
        }
        Map<String, Object> fresh = new LinkedHashMap<>();
        parent.put(name, fresh);
        return fresh;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> array(Map<String, Object> parent, String name) {
        Object found = parent.get(name);
        if (found instanceof List<?>) {
            return (List<Object>) found;
        }
        List<Object> fresh = new ArrayList<>();
        parent.put(name, fresh);
        return fresh;
    }
}
