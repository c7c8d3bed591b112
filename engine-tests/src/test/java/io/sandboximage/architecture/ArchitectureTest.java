package io.sandboximage.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of the house and the promises of its public API, over the classes of every module. */
class ArchitectureTest {
    /** The one class that prints: build tools do not show why a test was skipped. */
    private static final String SKIP_LINE = "io.sandboximage.testkit.engine.EngineCondition";

    private static JavaClasses all;
    private static JavaClasses core;
    private static JavaClasses sdk;

    @BeforeAll
    static void importClasses() {
        all = Modules.mainClasses();
        core = all.that(in(Modules.CORE));
        sdk = all.that(DescribedPredicate.not(in(Modules.EXAMPLES)));
    }

    @Test
    void everyModuleIsSeen() {
        assertThat(all.stream().map(Modules::of).collect(Collectors.toSet())).contains(Modules.CORE, Modules.TESTKIT);
        assertThat(core.size()).isGreaterThan(50);
    }

    @Test
    void arrowsPointDownward() {
        Rules.arrowsPointDownward(Modules::of, Modules.MAY_USE).check(all);
    }

    @Test
    void noPackageIsInTwoModules() {
        Rules.noPackageInTwoModules(Modules::of).check(all);
    }

    @Test
    void packagesHaveNoCycles() {
        Rules.noPackageCycles().check(all);
    }

    @Test
    void internalsStayInTheirModule() {
        Rules.internalsStayInTheirModule(Modules::of, Modules.SHARED_INTERNALS).check(all);
    }

    @Test
    void signaturesOfTheCoreNameNoThirdPartyType() {
        Rules.publicSignaturesNameOnly(Set.of("java.", "javax.net.")).check(core);
    }

    @Test
    void signaturesOfTheBuildKitClientNameNoThirdPartyType() {
        Rules.publicSignaturesNameOnly(Set.of("java.", "javax.net.")).check(all.that(in(Modules.BUILDKIT)));
    }

    @Test
    void signaturesOfTheDaytonaClientNameNoThirdPartyType() {
        Rules.publicSignaturesNameOnly(Set.of("java.")).check(all.that(in(Modules.DAYTONA)));
    }

    @Test
    void signaturesOfTheDepotClientNameNoThirdPartyType() {
        Rules.publicSignaturesNameOnly(Set.of("java.")).check(all.that(in(Modules.DEPOT)));
    }

    @Test
    void signaturesOfTheTelemetryNameNoThirdPartyTypeButOpenTelemetrys() {
        Rules.publicSignaturesNameOnly(Set.of("java.", "io.opentelemetry.api.", "io.opentelemetry.context."))
                .check(all.that(in(Modules.TELEMETRY)));
    }

    @Test
    void signaturesOfTheTestKitNameNoThirdPartyTypeButJunit() {
        Rules.publicSignaturesNameOnly(Set.of("java.", "javax.net.", "org.junit.jupiter."))
                .check(all.that(in(Modules.TESTKIT)));
    }

    @Test
    void exceptionsAreOfOneFamily() {
        Rules.publicExceptionsAreOfOneFamily().check(core);
    }

    @Test
    void nothingIsPrinted() {
        Rules.nothingIsPrinted().check(sdk.that(DescribedPredicate.describe("print", type -> !type.getName()
                .equals(SKIP_LINE))));
    }

    @Test
    void timesAreJavaTime() {
        Rules.timesAreJavaTime().check(all);
    }

    @Test
    void nothingStaticChanges() {
        Rules.nothingStaticChanges()
                .check(all.that(
                        DescribedPredicate.describe("are written by people", type -> !Modules.isGenerated(type))));
    }

    private static DescribedPredicate<JavaClass> in(String module) {
        return DescribedPredicate.describe(
                "in " + module, type -> Modules.of(type).equals(module));
    }
}
