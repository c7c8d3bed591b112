package io.sandboximage.corpus;

import io.sandboximage.testkit.engine.Command;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One Dockerfile of the corpus: a folder of {@code src/test/resources/dockerfiles} with the Dockerfile and its context. What git
 * cannot hold, its {@code make.sh} makes in a copy of the folder. Its {@code case.properties} hold what else the build is given
 * ({@link BuildOptions}) and:
 *
 * <ul>
 *   <li>{@code root}: folder of the context, the whole case unless set
 *   <li>{@code dockerfile}: the Dockerfile, from the case's folder; {@code Dockerfile} in the context unless set
 *   <li>{@code compare}: what has to be the same, see {@link Comparison}; {@code image} unless set
 *   <li>{@code error}: the build must fail, and the message hold this text; {@code our-error} where this client tells before the daemon is asked
 *   <li>{@code socket}: a socket to make, from the context's folder
 * </ul>
 *
 * @param name the folder's name
 */
record CorpusCase(String name, Path source, SortedMap<String, String> settings) {
    private static final String SETTINGS = "case.properties";
    private static final String SCRIPT = "make.sh";

    /** What is compared. */
    enum Comparison {
        /** Config and layers of the image, byte by byte. */
        IMAGE,
        /** The tree as a tar, times and all, for builds without a fixed time. */
        TAR,
        /** The tree as each client writes it into a folder. */
        LOCAL
    }

    /** All cases, by name. */
    static List<CorpusCase> all() {
        URL url = Objects.requireNonNull(CorpusCase.class.getResource("/dockerfiles"), "no corpus");
        try (Stream<Path> folders = Files.list(Path.of(url.toURI()))) {
            return folders.sorted().map(CorpusCase::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static CorpusCase read(Path folder) {
        Properties properties = new Properties();
        Path file = folder.resolve(SETTINGS);
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        SortedMap<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
        return new CorpusCase(folder.getFileName().toString(), folder, settings);
    }

    Optional<String> setting(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    /** The settings {@code kind.NAME} by name. */
    SortedMap<String, String> settingsOf(String kind) {
        SortedMap<String, String> found = new TreeMap<>();
        for (Map.Entry<String, String> entry : settings.entrySet()) {
            if (entry.getKey().startsWith(kind + ".")) {
                found.put(entry.getKey().substring(kind.length() + 1), entry.getValue());
            }
        }
        return found;
    }

    List<Comparison> comparisons() {
        return Stream.of(setting("compare").orElse("image").split(","))
                .map(text -> Comparison.valueOf(text.strip().toUpperCase(Locale.ROOT)))
                .toList();
    }

    /** The case's folder with all that belongs into it, made in an empty folder. */
    CaseFolder make(Path folder) throws IOException {
        Command.of("cp", "-r", source + "/.", folder).run().orFail();
        Files.deleteIfExists(folder.resolve(SETTINGS));
        Path script = folder.resolve(SCRIPT);
        if (Files.exists(script)) {
            Files.delete(script);
            Command.of("bash", "-eu", source.resolve(SCRIPT))
                    .in(folder)
                    .env("LC_ALL", "C.UTF-8")
                    .run()
                    .orFail();
        }
        Path context = folder.resolve(setting("root").orElse("")).normalize();
        if (settings.containsKey("socket")) {
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(context.resolve(settings.get("socket"))));
            }
        }
        Path dockerfile = setting("dockerfile").map(folder::resolve).orElse(context.resolve("Dockerfile"));
        return new CaseFolder(folder, context, dockerfile);
    }

    @Override
    public String toString() {
        return name;
    }
}
