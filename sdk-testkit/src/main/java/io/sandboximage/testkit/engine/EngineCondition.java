package io.sandboximage.testkit.engine;

import java.io.PrintStream;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips tests whose engines this machine lacks; under CI it fails them, unless nothing could have installed the engine. */
final class EngineCondition implements ExecutionCondition {
    private final EngineSearch search;
    private final boolean missingFails;
    private final PrintStream out;

    /** For JUnit. */
    EngineCondition() {
        // Standard output, because build tools show a skipped test's count but not its reason.
        this(EngineSearch.ofMachine(), "true".equals(System.getenv("CI")), System.out);
    }

    EngineCondition(EngineSearch search, boolean missingFails, PrintStream out) {
        this.search = search;
        this.missingFails = missingFails;
        this.out = out;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String test = context.getRequiredTestClass().getSimpleName()
                + context.getTestMethod().map(m -> "." + m.getName()).orElse("");
        return evaluate(context.getElement(), test);
    }

    ConditionEvaluationResult evaluate(Optional<? extends AnnotatedElement> element, String test) {
        Optional<RequiresEngine> required = AnnotationSupport.findAnnotation(element, RequiresEngine.class);
        if (required.isEmpty()) {
            return ConditionEvaluationResult.enabled("needs no engine");
        }
        List<Engine> absent = Arrays.stream(required.get().value())
                .filter(engine -> engine.find(search).isEmpty())
                .toList();
        String missing = absent.stream()
                .map(engine -> engine.title() + " not found: " + engine.howToGet())
                .collect(Collectors.joining("; "));
        if (absent.isEmpty()) {
            return ConditionEvaluationResult.enabled("all engines found");
        }
        if (missingFails && absent.stream().anyMatch(Engine::installable)) {
            throw new AssertionError(test + " needs an engine and CI=true allows no skipping: " + missing);
        }
        out.println("[skipped] " + test + ": " + missing);
        return ConditionEvaluationResult.disabled(missing);
    }
}
