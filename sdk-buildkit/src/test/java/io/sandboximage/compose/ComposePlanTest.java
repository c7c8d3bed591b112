package io.sandboximage.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ComposePlanTest {
    @Test
    void ordersTargetsAfterThoseTheyAreBuiltFrom() {
        ComposePlan plan = plan("""
                {"target": {
                  "a": {"context": "/c", "contexts": {"base": "target:z", "other": "/o"}, "tags": ["demo-a"]},
                  "m": {"context": "/c", "contexts": {"x": "target:a"}},
                  "z": {"context": "/c", "platforms": ["linux/arm64"]}
                }}""");
        assertThat(plan.targets()).extracting(ComposeTarget::name).containsExactly("z", "a", "m");
        assertThat(plan.byName().get("a").dependencies()).containsExactly("z");
        assertThat(plan.byName().get("a").tags()).containsExactly("demo-a");
        assertThat(plan.byName().get("z").platforms()).hasToString("[linux/arm64]");
        assertThat(plan.requireUnderstood()).isSameAs(plan);
    }

    @Test
    void namesACircle() {
        assertThatThrownBy(() -> plan("""
                {"target": {
                  "a": {"contexts": {"x": "target:b"}},
                  "b": {"contexts": {"x": "target:c"}},
                  "c": {"contexts": {"x": "target:b"}}
                }}"""))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("b → c → b");
    }

    @Test
    void aMissingTargetIsNoModel() {
        assertThatThrownBy(() -> plan("{\"target\": {\"a\": {\"contexts\": {\"x\": \"target:gone\"}}}}"))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void namesWhatItDoesNotUnderstand() {
        ComposePlan plan = plan("""
                {"variable": {}, "target": {
                  "a": {"context": ".", "novel": 1, "output": ["type=docker", "type=tar,dest=x"], "call": "check"}
                }}""");
        assertThat(plan.notUnderstood())
                .containsExactly(
                        "variable", "target.a.novel", "target.a.output type=tar,dest=x", "target.a.call check");
        assertThatThrownBy(plan::requireUnderstood)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("target.a.novel")
                .hasMessageContaining("docker compose itself");
    }

    @Test
    void takesOfTheDescribedTargetsThoseThatAreWantedAndTheirBases() {
        ComposePlan plan = plan("""
                {"group": {"default": {"targets": ["b"]}}, "target": {
                  "a": {"context": ".", "novel": 1},
                  "b": {"contexts": {"x": "target:c"}},
                  "c": {"context": "."}
                }}""");
        assertThat(plan.targets()).extracting(ComposeTarget::name).containsExactly("c", "b");
        assertThat(plan.notUnderstood()).isEmpty();
    }

    @Test
    void whatBakeWouldComputeIsNotUnderstood() {
        assertThat(plan("""
                {"target": {"a": {"args": {"A": "$${B} $C %d %%{x}"}, "dockerfile-inline": "RUN echo $${D:-e}"}}}""").notUnderstood()).isEmpty();
        assertThat(plan("""
                {"target": {
                  "a": {"labels": {"l": "${B}"}},
                  "b": {"args": {"A": "%{ if true }x%{ endif }"}},
                  "c": {"args": {"A": "$$${B}"}},
                  "d": {"args": {"${A}": "x"}},
                  "e": {"tags": ["x:${V}"]}
                }}""").notUnderstood())
                .containsExactly(
                        "target.a.a template in labels",
                        "target.b.a template in args",
                        "target.c.a template in args",
                        "target.d.a template in args",
                        "target.e.a template in tags");
    }

    @Test
    void anEmptyProjectBuildsNothing() {
        assertThat(plan("{}").targets()).isEmpty();
        assertThat(plan("\n").targets()).isEmpty();
    }

    private static ComposePlan plan(String json) {
        return ComposePlan.parse(json.getBytes(StandardCharsets.UTF_8));
    }
}
