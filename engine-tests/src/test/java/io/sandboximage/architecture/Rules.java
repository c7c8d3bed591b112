package io.sandboximage.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.sandboximage.error.SandboxImageException;
import java.util.Calendar;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The rules of the house, each able to fail: {@link RulesTest} shows every one of them something that breaks it. */
final class Rules {
    private Rules() {}

    static ArchRule arrowsPointDownward(Function<JavaClass, String> module, Map<String, Set<String>> mayUse) {
        return everyClass("use only modules below its own", (type, events) -> {
            String own = module.apply(type);
            Set<String> below = mayUse.getOrDefault(own, Set.of());
            if (!mayUse.containsKey(own)) {
                events.add(SimpleConditionEvent.violated(type, own + " has no arrows: " + type.getName()));
            }
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                if (ours(target) && !module.apply(target).equals(own) && !below.contains(module.apply(target))) {
                    events.add(SimpleConditionEvent.violated(type, own + " may not use: " + dependency));
                }
            }
        });
    }

    static ArchRule noPackageInTwoModules(Function<JavaClass, String> module) {
        Map<String, String> moduleOfPackage = new HashMap<>();
        return everyClass("lie in a package of one module", (type, events) -> {
            String own = module.apply(type);
            String first = moduleOfPackage.putIfAbsent(type.getPackageName(), own);
            if (first != null && !first.equals(own)) {
                events.add(SimpleConditionEvent.violated(
                        type, type.getPackageName() + " is in " + first + " and in " + own + ": " + type.getName()));
            }
        });
    }

    static ArchRule noPackageCycles() {
        return SlicesRuleDefinition.slices()
                .assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return SliceIdentifier.of(type.getPackageName());
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles();
    }

    /** @param shared internal packages that some other modules may use */
    static ArchRule internalsStayInTheirModule(Function<JavaClass, String> module, Map<String, Set<String>> shared) {
        return everyClass("use internal packages of its own module only", (type, events) -> {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                String user = module.apply(type);
                if (internal(target)
                        && !module.apply(target).equals(user)
                        && !shared.getOrDefault(target.getPackageName(), Set.of())
                                .contains(user)) {
                    events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
                }
            }
        });
    }

    /** @param allowed what public signatures may name besides the JDK and public types of the SDK */
    static ArchRule publicSignaturesNameOnly(Set<String> allowed) {
        return ArchRuleDefinition.classes()
                .that(new DescribedPredicate<>("are public API") {
                    @Override
                    public boolean test(JavaClass type) {
                        return PublicSignature.isPublicApi(type) && !internal(type);
                    }
                })
                .should(condition("name no third-party or internal type in a public signature", (type, events) -> {
                    PublicSignature.namedTypes(type).forEach((named, where) -> {
                        boolean good = ours(named)
                                ? !internal(named)
                                : allowed.stream()
                                        .anyMatch(prefix -> named.getName().startsWith(prefix));
                        if (!good && !named.isPrimitive()) {
                            events.add(SimpleConditionEvent.violated(type, where + " names " + named.getName()));
                        }
                    });
                }));
    }

    static ArchRule publicExceptionsAreOfOneFamily() {
        return ArchRuleDefinition.classes()
                .that()
                .areAssignableTo(Throwable.class)
                .and()
                .arePublic()
                .should()
                .beAssignableTo(SandboxImageException.class);
    }

    static ArchRule nothingIsPrinted() {
        return GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
    }

    static ArchRule timesAreJavaTime() {
        return ArchRuleDefinition.noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Date.class, Calendar.class, java.text.DateFormat.class);
    }

    /** Static fields are constants. Final collections that change would pass; reviewers look for those. */
    static ArchRule nothingStaticChanges() {
        return ArchRuleDefinition.fields()
                .that(new DescribedPredicate<JavaField>("are static and not made by the compiler") {
                    @Override
                    public boolean test(JavaField field) {
                        return field.getModifiers().contains(JavaModifier.STATIC)
                                && !field.getModifiers().contains(JavaModifier.SYNTHETIC);
                    }
                })
                .should()
                .beFinal();
    }

    static boolean ours(JavaClass type) {
        return type.getName().startsWith("io.sandboximage.");
    }

    static boolean internal(JavaClass type) {
        return ours(type) && (type.getPackageName() + ".").contains(".internal.");
    }

    private static ArchRule everyClass(String description, Check check) {
        return ArchRuleDefinition.classes().should(condition(description, check));
    }

    private static ArchCondition<JavaClass> condition(String description, Check check) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                check.check(type, events);
            }
        };
    }

    private interface Check {
        void check(JavaClass type, ConditionEvents events);
    }
}
