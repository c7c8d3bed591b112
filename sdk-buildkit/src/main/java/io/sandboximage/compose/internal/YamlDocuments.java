package io.sandboximage.compose.internal;

import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * The documents of a compose file as trees of maps, lists, strings, longs, doubles, booleans and nulls. Plain scalars mean what
 * they mean to compose's YAML reader, which knows YAML 1.2 and some of 1.1; where a spelling would be read otherwise by other
 * readers, it has to be quoted.
 */
public final class YamlDocuments {
    private static final String MERGE = "<<";
    private static final String STANDARD = "tag:yaml.org,2002:";
    /** What the parser takes text with a variable for. */
    private static final String VARIABLE = "!ENV_VARIABLE";

    private static final int MOST_NODES = 1_000_000;
    private static final int DEEPEST = 100;
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUES = Set.of("true", "True", "TRUE");
    private static final Set<String> FALSES = Set.of("false", "False", "FALSE");
    private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]{0,17})");
    private static final Pattern FLOAT =
            Pattern.compile("[-+]?([0-9]+\\.[0-9]*|\\.[0-9]+|[0-9]+(\\.[0-9]*)?[eE][-+]?[0-9]+)");
    /** Octal, hexadecimal, underscores, infinities, dates: numbers to some and text to others. */
    private static final Pattern DOUBTFUL = Pattern.compile(
            "[-+]?(0[0-9_]+|0[xXoObB][0-9a-fA-F_]+|[0-9][0-9_]*_[0-9_.]*|\\.(inf|Inf|INF)|[0-9]{19,})|\\.(nan|NaN|NAN)"
                    + "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?");

    private final String file;
    private int nodes;

    private YamlDocuments(String file) {
        this.file = file;
    }

    /**
     * @param file its name, for messages
     * @throws InvalidRequestException if this is no YAML, or has what is not known
     */
    public static List<Map<String, Object>> parse(String text, String file) {
        YamlDocuments reader = new YamlDocuments(file);
        List<Map<String, Object>> documents = new ArrayList<>();
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(file).build();
            Composer roots = new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text)));
            while (roots.hasNext()) {
                Node root = roots.next();
                if (!(root instanceof MappingNode mapping)) {
                    throw reader.wrong(root, "top-level object must be a mapping");
                }
                documents.add(reader.map(mapping, 0));
            }
        } catch (YamlEngineException e) {
            throw new InvalidRequestException("Could not parse " + file + ": " + e.getMessage(), e);
        }
        return documents;
    }

    private @Nullable Object value(Node node, int depth) {
        if (++nodes > MOST_NODES || depth > DEEPEST) {
            throw wrong(node, "is too large, or contains itself");
        }
        if (node instanceof ScalarNode scalar) {
            return scalar(scalar);
        }
        if (node instanceof SequenceNode sequence) {
            standard(node);
            List<@Nullable Object> list = new ArrayList<>();
            sequence.getValue().forEach(element -> list.add(value(element, depth + 1)));
            return list;
        }
        return map((MappingNode) node, depth);
    }

    private Map<String, Object> map(MappingNode node, int depth) {
        standard(node);
        Map<String, Object> map = new LinkedHashMap<>();
        for (NodeTuple entry : node.getValue()) {
            if (isMerge(entry)) {
                continue;
            }
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw wrong(entry.getKeyNode(), "a name has to be a string");
            }
            if (map.containsKey(key.getValue())) {
                throw wrong(key, "\"" + key.getValue() + "\" is there twice");
            }
            map.put(key.getValue(), nullable(value(entry.getValueNode(), depth + 1)));
        }
        for (NodeTuple entry : node.getValue()) {
            if (isMerge(entry)) {
                merge(entry.getValueNode(), map, depth);
            }
        }
        return map;
    }

    /** What the map has itself stays; of several merged ones the first wins. */
    private void merge(Node merged, Map<String, Object> into, int depth) {
        if (merged instanceof SequenceNode several) {
            several.getValue().forEach(each -> merge(each, into, depth + 1));
            return;
        }
        if (!(merged instanceof MappingNode mapping)) {
            throw wrong(merged, "a merge key has to name a mapping");
        }
        if (++nodes > MOST_NODES || depth > DEEPEST) {
            throw wrong(merged, "is too large, or contains itself");
        }
        map(mapping, depth + 1).forEach((key, value) -> {
            if (!into.containsKey(key)) {
                into.put(key, value);
            }
        });
    }

    private static boolean isMerge(NodeTuple entry) {
        return entry.getKeyNode() instanceof ScalarNode key
                && key.getScalarStyle() == ScalarStyle.PLAIN
                && key.getValue().equals(MERGE);
    }

    private @Nullable Object scalar(ScalarNode node) {
        standard(node);
        String text = node.getValue();
        if (node.getScalarStyle() != ScalarStyle.PLAIN) {
            return text;
        }
        if (NULLS.contains(text)) {
            return null;
        }
        if (TRUES.contains(text) || FALSES.contains(text)) {
            return TRUES.contains(text);
        }
        if (INTEGER.matcher(text).matches()) {
            return Long.valueOf(text);
        }
        if (DOUBTFUL.matcher(text).matches()) {
            throw wrong(node, text + " is not the same to every reader of YAML: put it into quotes");
        }
        return FLOAT.matcher(text).matches() ? Double.valueOf(text) : text;
    }

    /** {@code !reset}, {@code !override} and whatever else there may be. */
    private void standard(Node node) {
        String tag = node.getTag().getValue();
        if (!tag.startsWith(STANDARD) && !tag.equals(VARIABLE)) {
            throw wrong(node, "the tag " + tag + " is not known without Docker's command line: install it");
        }
    }

    /** Maps hold nulls as values; what is not there is asked for by containsKey. */
    @SuppressWarnings("NullAway")
    private static Object nullable(@Nullable Object value) {
        return value;
    }

    private InvalidRequestException wrong(Node node, String what) {
        String line =
                node.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
        return new InvalidRequestException(file + line + ": " + what);
    }
}
