package io.sandboximage.architecture;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.sandboximage.architecture.fixture.ForeignException;
import io.sandboximage.architecture.fixture.OpenHanded;
import io.sandboximage.architecture.fixture.Tidy;
import io.sandboximage.architecture.fixture.Untidy;
import io.sandboximage.architecture.fixture.cycle.one.First;
import io.sandboximage.architecture.fixture.cycle.two.Second;
import io.sandboximage.architecture.fixture.internal.Hidden;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule meets something that breaks it, and something that does not. */
class RulesTest {
    private static final JavaClasses FIXTURES =
            new ClassFileImporter().importPackages("io.sandboximage.architecture.fixture");

    @Test
    void anUpwardArrowIsFound() {
        Map<String, Set<String>> noArrows = Map.of("Untidy", Set.of(), "Hidden", Set.of());
        Map<String, Set<String>> oneArrow = Map.of("Untidy", Set.of("Hidden"), "Hidden", Set.of());

        fails(Rules.arrowsPointDownward(JavaClass::getSimpleName, noArrows), "may not use", Untidy.class, Hidden.class);
        passes(Rules.arrowsPointDownward(JavaClass::getSimpleName, oneArrow), Untidy.class, Hidden.class);
    }

    @Test
    void aModuleWithoutArrowsIsFound() {
        fails(Rules.arrowsPointDownward(JavaClass::getSimpleName, Map.of()), "has no arrows", Tidy.class);
    }

    @Test
    void aSplitPackageIsFound() {
        fails(
                Rules.noPackageInTwoModules(JavaClass::getSimpleName),
                "architecture.fixture is in ",
                Tidy.class,
                Untidy.class);
        passes(Rules.noPackageInTwoModules(type -> "one"), Tidy.class, Untidy.class);
    }

    @Test
    void aPackageCycleIsFound() {
        fails(Rules.noPackageCycles(), "Cycle detected", First.class, Second.class);
        passes(Rules.noPackageCycles(), Untidy.class, Hidden.class);
    }

    @Test
    void useOfForeignInternalsIsFound() {
        Map<String, Set<String>> shared = Map.of(Hidden.class.getPackageName(), Set.of("Untidy"));

        fails(
                Rules.internalsStayInTheirModule(JavaClass::getSimpleName, Map.of()),
                "Hidden",
                Untidy.class,
                Hidden.class);
        passes(Rules.internalsStayInTheirModule(JavaClass::getSimpleName, shared), Untidy.class, Hidden.class);
        passes(Rules.internalsStayInTheirModule(type -> "one", Map.of()), Untidy.class, Hidden.class);
    }

    @Test
    void foreignTypesInSignaturesAreFound() {
        ArchRule rule = Rules.publicSignaturesNameOnly(Set.of("java."));

        fails(rule, "OpenHanded.argument(java.util.List) names org.assertj.core.data.Offset", OpenHanded.class);
        fails(rule, "OpenHanded.result() names org.assertj.core.data.Index", OpenHanded.class);
        fails(rule, "OpenHanded.field names org.assertj.core.data.Percentage", OpenHanded.class);
        fails(rule, "OpenHanded.hidden() names " + Hidden.class.getName(), OpenHanded.class);
        passes(rule, Tidy.class);
    }

    @Test
    void anExceptionOutsideTheFamilyIsFound() {
        fails(Rules.publicExceptionsAreOfOneFamily(), "ForeignException", ForeignException.class);
    }

    @Test
    void printingIsFound() {
        fails(Rules.nothingIsPrinted(), "System.out", Untidy.class);
        passes(Rules.nothingIsPrinted(), Tidy.class);
    }

    @Test
    void oldDatesAreFound() {
        fails(Rules.timesAreJavaTime(), "java.util.Date", Untidy.class);
        passes(Rules.timesAreJavaTime(), Tidy.class);
    }

    @Test
    void staticStateIsFound() {
        fails(Rules.nothingStaticChanges(), "Untidy.count", Untidy.class);
        passes(Rules.nothingStaticChanges(), Tidy.class);
    }

    private static void fails(ArchRule rule, String because, Class<?>... types) {
        assertThatThrownBy(() -> rule.check(imported(types)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(because);
    }

    private static void passes(ArchRule rule, Class<?>... types) {
        assertThatCode(() -> rule.check(imported(types))).doesNotThrowAnyException();
    }

    private static JavaClasses imported(Class<?>... types) {
        return FIXTURES.that(JavaClass.Predicates.belongToAnyOf(types));
    }
}
