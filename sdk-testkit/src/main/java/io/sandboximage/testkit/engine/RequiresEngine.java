package io.sandboximage.testkit.engine;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test, or every test of the class, needs these engines. Where one is missing the test is skipped with one visible line that
 * says how to get it; with {@code CI=true} in the environment it fails instead. Such tests carry the tag {@code engine}.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("engine")
@ExtendWith(EngineCondition.class)
public @interface RequiresEngine {
    Engine[] value();
}
