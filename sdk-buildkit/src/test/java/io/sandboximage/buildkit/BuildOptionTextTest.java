package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text forms of options, as Docker's command line has them. */
class BuildOptionTextTest {
    @Test
    void quotedPartsHoldCommasAndQuotes() {
        assertThat(OptionText.fields("a=1,\"b=x,y\",\"c=\"\"q\"\"\",")).containsExactly("a=1", "b=x,y", "c=\"q\"", "");
        assertThat(OptionText.join(OptionText.attributes("a=1,\"b=x,y\",\"c=\"\"q\"\"\"")))
                .isEqualTo("a=1,\"b=x,y\",\"c=\"\"q\"\"\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=\"b\"", "\"a", "\"a\"b", "\"a\"\""})
    void quotesInOtherPlacesAreRefused(String text) {
        assertThatThrownBy(() -> OptionText.fields(text)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void cachesAreReferencesOrTypesWithAttributes() {
        assertThat(CacheOption.parse("example.com/a,example.com/b:1"))
                .containsExactly(CacheOption.registry("example.com/a"), CacheOption.registry("example.com/b:1"));
        assertThat(CacheOption.parse("TYPE=local,src=/C/D,tag=x"))
                .containsExactly(CacheOption.localSource("/C/D").with("tag", "x"));
        assertThatThrownBy(() -> CacheOption.parse("src=/c"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("type");
        assertThatThrownBy(() -> CacheOption.parse("type=local,src")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void cachesDoNotShowTheirTokens() {
        assertThat(CacheOption.parse("type=gha,token=hidden").get(0).toString()).doesNotContain("hidden");
    }

    @Test
    void environmentCompletesCachesOfActions() {
        CacheEnvironment first = CacheEnvironment.of(
                Map.of("ACTIONS_RUNTIME_TOKEN", "t", "ACTIONS_CACHE_URL", "u", "ACTIONS_RESULTS_URL", "r"));
        CacheEnvironment second = CacheEnvironment.of(
                Map.of("ACTIONS_RUNTIME_TOKEN", "t", "ACTIONS_RESULTS_URL", "r", "ACTIONS_CACHE_SERVICE_V2", "true"));
        CacheOption gha = new CacheOption("gha", Map.of("scope", "s"));

        assertThat(first.complete(gha)).contains(gha.with("token", "t").with("url", "u"));
        assertThat(second.complete(gha))
                .contains(gha.with("token", "t").with("url_v2", "r").with("url", "r"));
        assertThat(second.complete(gha.with("token", "own")).orElseThrow().attributes())
                .containsEntry("token", "own");
        assertThat(CacheEnvironment.of(Map.of()).complete(gha)).isEmpty();
    }

    @Test
    void environmentCompletesCachesInBuckets() {
        CacheEnvironment environment = CacheEnvironment.of(
                Map.of("AWS_ACCESS_KEY_ID", "i", "AWS_SECRET_ACCESS_KEY", "k", "AWS_SESSION_TOKEN", "s"));
        CacheOption s3 = new CacheOption("s3", Map.of("bucket", "b"));
        CacheOption own = s3.with("access_key_id", "x").with("secret_access_key", "y");

        assertThat(environment.complete(s3))
                .contains(s3.with("access_key_id", "i")
                        .with("secret_access_key", "k")
                        .with("session_token", "s"));
        assertThat(environment.complete(own)).contains(own);
        assertThat(environment.complete(CacheOption.inline())).contains(CacheOption.inline());
    }

    @Test
    void annotationsHavePlacesAndPlatforms() {
        assertThat(Annotation.parse("k=a=b")).containsExactly(Annotation.of("k", "a=b"));
        assertThat(Annotation.parse("index,manifest[linux/arm64]:org.x=1"))
                .containsExactly(
                        new Annotation(Annotation.Place.INDEX, Optional.empty(), "org.x", "1"),
                        new Annotation(Annotation.Place.MANIFEST, Optional.of(Platform.LINUX_ARM64), "org.x", "1"));
        assertThat(Annotation.parse("manifest-descriptor[linux/arm64]:org.x=1"))
                .extracting(Annotation::attribute)
                .containsExactly("annotation-manifest-descriptor[linux/arm64].org.x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k", "=v", "layer:k=v", "index[linux/amd64]:k=v", "manifest[linux]:k=v", "a b:k=v"})
    void annotationsThatAreNoneAreRefused(String text) {
        assertThatThrownBy(() -> Annotation.parse(text)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void attestationsAreSwitchedOrHaveParameters() {
        assertThat(Attestation.provenance("true")).isEqualTo(new Attestation("provenance", false, Map.of()));
        assertThat(Attestation.provenance("false").disabled()).isTrue();
        assertThat(Attestation.provenance("mode=max,reproducible=true").option())
                .isEqualTo("mode=max,reproducible=true");
        assertThat(Attestation.parse("type=sbom,generator=a/b"))
                .isEqualTo(new Attestation("sbom", false, Map.of("generator", "a/b")));
        assertThat(Attestation.parse("type=sbom,disabled=1").disabled()).isTrue();
        for (String text : List.of("generator=x", "type=other", "type=sbom,disabled=perhaps")) {
            assertThatThrownBy(() -> Attestation.parse(text)).isInstanceOf(InvalidRequestException.class);
        }
    }
}
