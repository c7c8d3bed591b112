package io.sandboximage.examples.docs;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;

/**
 * A block of Java in a document as something to compile: a class as it is, and statements in a method, which has the SDK's packages
 * imported and the objects at hand that docs/README.md names. Imports at a block's beginning count more, where two packages have a
 * type of one name.
 */
final class Snippet extends SimpleJavaFileObject {
    private static final Pattern PUBLIC_CLASS = Pattern.compile("public final class (\\w+)");
    private static final Pattern CLASS = Pattern.compile("(?m)^(@\\w+.*\\n)?(public )?(final )?class ");
    /** Fields, so that blocks may have variables of these names. */
    private static final String OBJECTS = """
        io.sandboximage.buildkit.BuildKitBuilder builder;
        io.sandboximage.registry.RegistryClient registries;
        io.sandboximage.docker.DockerEngine engine;
        io.sandboximage.daytona.DaytonaClient daytona;
        io.sandboximage.git.GitRepository git;
        io.sandboximage.progress.ProgressTask progress;
        io.sandboximage.ImageSource image;
        io.sandboximage.BuildRequest request;
        """;

    private static final String TESTKIT = "io.sandboximage.testkit";

    private final String source;

    private Snippet(String name, String source) {
        super(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE);
        this.source = source;
    }

    static Snippet of(Documents.Block block, List<String> packages) {
        Matcher named = PUBLIC_CLASS.matcher(block.text());
        String name = named.find()
                ? named.group(1)
                : block.file().getFileName().toString().replaceAll("\\W", "_") + block.number();
        String ownImports = block.text().lines().filter(Snippet::isImport).collect(Collectors.joining("\n"));
        String body = block.text().lines().filter(line -> !isImport(line)).collect(Collectors.joining("\n"));
        // The test kit has names of its own for what it emulates.
        boolean tests = block.file().endsWith(Path.of("testkit.md"));
        String imports = Stream.concat(
                        Stream.of("java.net", "java.nio.file", "java.time", "java.util"),
                        packages.stream().filter(each -> tests || !each.startsWith(TESTKIT)))
                .map(each -> "import " + each + ".*;")
                .collect(Collectors.joining("\n"));
        String all = ownImports + "\n" + imports + "\nimport static io.sandboximage.examples.Shell.*;\n";
        return CLASS.matcher(body).find()
                ? new Snippet(name, all + body)
                : new Snippet(
                        name,
                        all + "class " + name + " {\n" + OBJECTS + "void run() throws Exception {\n" + body + "\n}}");
    }

    private static boolean isImport(String line) {
        return line.startsWith("import ");
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return source;
    }
}
