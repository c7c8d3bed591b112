package io.sandboximage.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Maven modules of the SDK, which of them may know which, and how to tell a class's module. */
final class Modules {
    static final String CORE = "sdk-core";
    static final String BUILDKIT = "sdk-buildkit";
    static final String DAYTONA = "sdk-daytona";
    static final String DEPOT = "sdk-depot";
    static final String TELEMETRY = "sdk-telemetry";
    static final String TESTKIT = "sdk-testkit";
    static final String EXAMPLES = "examples";

    /** Arrows point downward only. A module that is not named here fails the tests: give it its arrows first. */
    static final Map<String, Set<String>> MAY_USE = Map.of(
            CORE, Set.of(),
            BUILDKIT, Set.of(CORE),
            DAYTONA, Set.of(CORE),
            DEPOT, Set.of(CORE, BUILDKIT),
            TELEMETRY, Set.of(CORE),
            TESTKIT, Set.of(CORE, BUILDKIT, DEPOT),
            EXAMPLES, Set.of(CORE, BUILDKIT, DAYTONA, DEPOT, TESTKIT));

    /** Internals that other modules of the house may use: the qualified exports of the module descriptor. */
    static final Map<String, Set<String>> SHARED_INTERNALS = Map.ofEntries(
            Map.entry("io.sandboximage.internal.concurrent", Set.of(BUILDKIT, DAYTONA, DEPOT)),
            Map.entry("io.sandboximage.internal.http", Set.of(BUILDKIT, DAYTONA, DEPOT)),
            Map.entry("io.sandboximage.internal.io", Set.of(BUILDKIT, DAYTONA, DEPOT)),
            Map.entry("io.sandboximage.internal.json", Set.of(BUILDKIT, DAYTONA, DEPOT, TESTKIT)),
            Map.entry("io.sandboximage.internal.pattern", Set.of(BUILDKIT, DAYTONA)),
            Map.entry("io.sandboximage.internal.tar", Set.of(BUILDKIT, DAYTONA)),
            Map.entry("io.sandboximage.registry.internal.auth", Set.of(BUILDKIT)),
            Map.entry("io.sandboximage.rootfs.internal.compression", Set.of(BUILDKIT)),
            // Builders' reports go to Depot as they are, with some of ours.
            Map.entry("io.sandboximage.buildkit.internal.proto", Set.of(DEPOT, TESTKIT)),
            // The emulator speaks the same messages.
            Map.entry("io.sandboximage.depot.internal.proto.account", Set.of(TESTKIT)),
            Map.entry("io.sandboximage.depot.internal.proto.build", Set.of(TESTKIT)),
            Map.entry("io.sandboximage.depot.internal.proto.cli", Set.of(TESTKIT)),
            Map.entry("io.sandboximage.depot.internal.proto.compute", Set.of(TESTKIT)),
            Map.entry("io.sandboximage.depot.internal.proto.core", Set.of(TESTKIT)),
            Map.entry("io.sandboximage.depot.internal.proto.registry", Set.of(TESTKIT)),
            Map.entry("io.sandboximage.depot.internal.proto.sandbox", Set.of(TESTKIT)));

    /** The packages of what protoc writes; its style is its own. */
    private static final Pattern GENERATED = Pattern.compile("io\\.sandboximage\\.\\w+\\.internal\\.proto(\\..+)?");

    /** Classes and jars both lie in their module's {@code target} folder. */
    private static final Pattern MODULE_FOLDER = Pattern.compile("/([^/]+)/target/");

    private static final String THIS_MODULE = "engine-tests";

    private Modules() {}

    static boolean isGenerated(JavaClass type) {
        return GENERATED.matcher(type.getPackageName()).matches();
    }

    static JavaClasses mainClasses() {
        return new ClassFileImporter()
                .withImportOption(location -> !location.contains("/" + THIS_MODULE + "/target/"))
                .importPackages("io.sandboximage");
    }

    /** The folder of the module that a class was built in. */
    static String of(JavaClass type) {
        String uri = type.getSource().orElseThrow().getUri().toString();
        Matcher folder = MODULE_FOLDER.matcher(uri);
        if (!folder.find()) {
            throw new IllegalStateException(uri + " is in no module's target folder");
        }
        return folder.group(1);
    }
}
