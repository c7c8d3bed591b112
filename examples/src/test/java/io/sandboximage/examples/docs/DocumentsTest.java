package io.sandboximage.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.examples.docs.Documents.Block;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents show compiles, what they quote is said, and what they link to is there. */
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:\\s]+)(#[^)]*)?\\)");
    private static final String ELLIPSIS = "…";
    /** Between two parts of one message: names and calls, and little of them. */
    private static final String BETWEEN = "(?s:.{0,300}?)";

    @TempDir
    Path classes;

    @Test
    void blocksOfJavaCompile() {
        List<String> packages = packages();
        List<Snippet> snippets = Documents.all().stream()
                .flatMap(file -> Documents.blocks(file, "java").stream())
                .map(block -> Snippet.of(block, packages))
                .toList();
        assertThat(snippets).hasSizeGreaterThan(15);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        boolean compiled = compiler.getTask(
                        null,
                        null,
                        problems,
                        List.of("-proc:none", "-Xlint:none", "-d", classes.toString(), "-cp", classPath),
                        null,
                        snippets)
                .call();
        assertThat(problems.getDiagnostics().stream()
                        .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                        .map(Diagnostic::toString)
                        .collect(Collectors.joining("\n")))
                .isEmpty();
        assertThat(compiled).isTrue();
    }

    @Test
    void messagesOfTheTroubleshootingAreSaid() {
        List<String> sources = Documents.sources(".java")
                .map(Documents::read)
                // As the compiler joins them.
                .map(source -> source.replaceAll("\"\\s*\\+\\s*\"", "").replace("\\\"", "\""))
                .collect(Collectors.toList());
        sources.add(Documents.read(Documents.ROOT.resolve("examples/bin/launcher.sh")));
        List<Block> quoted = Documents.blocks(Documents.ROOT.resolve("docs/troubleshooting.md"), "text");
        assertThat(quoted).hasSizeGreaterThan(20);
        assertThat(quoted.stream().map(block -> block.text().strip()).filter(message -> sources.stream()
                        .noneMatch(source -> said(message).matcher(source).find())))
                .as("messages that no source says")
                .isEmpty();
    }

    private static Pattern said(String message) {
        return Pattern.compile(Stream.of(message.split(ELLIPSIS))
                .filter(part -> !part.isEmpty())
                .map(Pattern::quote)
                .collect(Collectors.joining(BETWEEN)));
    }

    @Test
    void theTutorialIsTheScriptThatRuns() {
        String script = Documents.read(Documents.ROOT.resolve("examples/jshell/tutorial.jsh"));
        List<Block> blocks = Documents.blocks(Documents.ROOT.resolve("docs/tutorial.md"), "jshell");
        assertThat(blocks).hasSizeGreaterThan(4).allSatisfy(block -> assertThat(script)
                .contains(block.text()));
    }

    static List<Path> documents() {
        return Documents.all();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void linksLeadSomewhere(Path file) {
        Matcher link = LINK.matcher(Documents.read(file));
        while (link.find()) {
            assertThat(Files.exists(file.resolveSibling(link.group(1))))
                    .as("%s links to %s", file, link.group(1))
                    .isTrue();
        }
    }

    /** The packages for users that are at hand here, by what says what each is for. */
    private static List<String> packages() {
        return Documents.sources("package-info.java")
                .filter(file ->
                        file.toString().contains("/sdk-") && !file.toString().contains("/internal/"))
                .map(file -> file.toString().replaceAll(".*/src/main/java/(.*)/package-info.java", "$1"))
                .filter(folder -> DocumentsTest.class.getResource("/" + folder + "/package-info.class") != null)
                .map(folder -> folder.replace('/', '.'))
                .toList();
    }
}
