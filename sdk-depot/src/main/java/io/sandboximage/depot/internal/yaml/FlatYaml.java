package io.sandboximage.depot.internal.yaml;

import io.sandboximage.error.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** YAML files that are one mapping from names to texts; what else is in them is left out. */
public final class FlatYaml {
    private FlatYaml() {}

    /** @param what names the document in messages */
    public static Map<String, String> read(String text, String what) {
        Object tree;
        try {
            tree = new Load(LoadSettings.builder().setLabel(what).build()).loadFromString(text);
        } catch (YamlEngineException e) {
            // Not chained: a parser may quote what it stumbled over, and this may be a file of secrets.
            throw new InvalidRequestException(what + " is not valid YAML: correct or remove it");
        }
        Map<String, String> values = new LinkedHashMap<>();
        if (tree instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (value instanceof String || value instanceof Number || value instanceof Boolean) {
                    values.put(String.valueOf(key), String.valueOf(value));
                }
            });
        }
        return values;
    }

    public static String write(Map<String, String> values) {
        return values.isEmpty()
                ? ""
                : new Dump(DumpSettings.builder()
                                .setDefaultFlowStyle(FlowStyle.BLOCK)
                                .build())
                        .dumpToString(values);
    }
}
