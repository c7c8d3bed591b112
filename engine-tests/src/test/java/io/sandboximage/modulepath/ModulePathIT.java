package io.sandboximage.modulepath;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The built jars start on the module path, on this JDK and on a newer one. */
class ModulePathIT {
    /** Parts of jar names; what else is on this test's class path is for tests only. */
    private static final List<String> RUNTIME = List.of(
            "sdk-core",
            "okhttp-jvm",
            "okio-jvm",
            "kotlin-stdlib",
            "moshi",
            "commons-compress",
            "commons-codec",
            "commons-io",
            "commons-lang3",
            "zstd-jni",
            "slf4j-api",
            "snakeyaml-engine");

    @Test
    void theCoreStartsAsAModuleOnThisJdk() throws URISyntaxException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");

        assertThat(start(java))
                .startsWith("io.sandboximage.core on Java " + Runtime.version().feature());
    }

    @Test
    @RequiresEngine(Engine.JDK_25)
    void theCoreStartsAsAModuleOnANewerJdk() throws URISyntaxException {
        assertThat(start(Engine.JDK_25.path().resolve("bin/java"))).startsWith("io.sandboximage.core on Java 25");
    }

    private static String start(Path java) throws URISyntaxException {
        Path program =
                Path.of(ModulePathIT.class.getResource("/ModulePathSmoke.java").toURI());
        return Command.of(java, "-p", modulePath(), "--add-modules", "io.sandboximage.core", program)
                .run()
                .orFail()
                .output();
    }

    private static String modulePath() {
        // Surefire may start the JVM with a jar that only lists the class path; its own record of it is this property.
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> entries = Arrays.asList(classPath.split(File.pathSeparator));
        return RUNTIME.stream()
                .map(part -> entries.stream()
                        .filter(entry -> isOf(part, entry))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(part + " is not on the class path " + classPath)))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isOf(String part, String entry) {
        return Stream.of("/" + part + "-", "/" + part + "/").anyMatch(entry::contains);
    }
}
