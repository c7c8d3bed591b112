package io.sandboximage.compose;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A compose project and a command line for it.
 *
 * @param files their texts by path
 * @param words what follows {@code docker compose}
 * @param message part of the error that there has to be
 */
record ComposeSample(String title, Map<String, String> files, List<String> words, String message) {
    static ComposeSample of(String title, String composeFile) {
        return new ComposeSample(title, Map.of("compose.yaml", composeFile), List.of("build"), "");
    }

    ComposeSample file(String path, String text) {
        Map<String, String> more = new LinkedHashMap<>(files);
        more.put(path, text);
        return new ComposeSample(title, more, words, message);
    }

    ComposeSample line(String line) {
        return new ComposeSample(title, files, List.of(line.split(" ")), message);
    }

    ComposeSample says(String expected) {
        return new ComposeSample(title, files, words, expected);
    }

    Path write(Path folder) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        return folder;
    }

    @Override
    public String toString() {
        return title;
    }
}
