package io.sandboximage.examples.cli;

import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.filetree.Inode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ls",
        description = "Lists a directory of a file system, or tells about a file in it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class Ext4ListCommand extends Ext4FileCommand {
    @Parameters(index = "1", paramLabel = "PATH", defaultValue = "/", description = "In the file system; otherwise /.")
    private String path = "/";

    @Option(
            names = {"-R", "--recursive"},
            description = "Everything in the file system.")
    private boolean recursive;

    Ext4ListCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Report read(Ext4Reader reader) {
        Map<String, Inode> paths = recursive ? TreePaths.of(reader.tree()) : one(reader.find(path));
        Map<String, Object> json = new LinkedHashMap<>();
        List<Map<String, Object>> entries = paths.entrySet().stream()
                .map(entry -> Ext4Report.entry(entry.getKey(), entry.getValue()))
                .toList();
        json.put("entries", entries);
        return new Report(json, () -> Ext4Report.tree(paths));
    }

    private Map<String, Inode> one(Inode found) {
        if (!found.isDirectory()) {
            return Map.of(path, found);
        }
        String prefix = path.endsWith("/") ? path : path + "/";
        Map<String, Inode> paths = new LinkedHashMap<>();
        found.sortedChildren().forEach(child -> paths.put(prefix + TreePaths.text(child.getKey()), child.getValue()));
        return paths;
    }
}
