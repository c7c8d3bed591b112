package io.sandboximage.examples.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The documents of the repository and the blocks of code in them. */
final class Documents {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");

    private Documents() {}

    /** @param language what stands behind the opening backticks */
    record Block(Path file, int number, String language, String text) {
        @Override
        public String toString() {
            return ROOT.relativize(file) + ", block " + number;
        }
    }

    static List<Path> all() {
        return Stream.concat(
                        Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")),
                        files(ROOT.resolve("docs"), ".md"))
                .toList();
    }

    static List<Block> blocks(Path file, String language) {
        List<Block> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(read(file));
        while (block.find()) {
            if (block.group(1).equals(language)) {
                blocks.add(new Block(file, blocks.size() + 1, language, block.group(2)));
            }
        }
        return blocks;
    }

    /** The modules' sources of a name; nothing of what builds write, which may vanish meanwhile. */
    static Stream<Path> sources(String ending) {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src/main/java")).filter(Files::isDirectory).toList().stream()
                    .flatMap(folder -> files(folder, ending));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All files below a folder whose names end so, sorted. */
    static Stream<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
