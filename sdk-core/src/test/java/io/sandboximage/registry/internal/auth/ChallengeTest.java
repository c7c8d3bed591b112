package io.sandboximage.registry.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {
    @Test
    void readsATokenChallenge() {
        assertThat(parse("Bearer realm=\"https://auth.example.com/token\",service=\"r.example.com\","
                        + "scope=\"repository:a/b:pull,push repository:c:pull\",error=\"invalid_token\""))
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of(
                                "realm", "https://auth.example.com/token",
                                "service", "r.example.com",
                                "scope", "repository:a/b:pull,push repository:c:pull",
                                "error", "invalid_token")));
    }

    @Test
    void readsSeveralChallengesInOneHeader() {
        assertThat(parse("Negotiate, NTLM abc==, BASIC Realm = \"a, \\\"b\\\"\" , charset=UTF-8, bEARER REALM=x"))
                .extracting(Challenge::scheme)
                .containsExactly("negotiate", "ntlm", "basic", "bearer");
        assertThat(parse("BASIC Realm = \"a, \\\"b\\\"\" , charset=UTF-8, bEARER REALM=x"))
                .containsExactly(
                        new Challenge("basic", Map.of("realm", "a, \"b\"", "charset", "UTF-8")),
                        new Challenge("bearer", Map.of("realm", "x")));
    }

    @Test
    void readsSeveralHeaders() {
        assertThat(Challenge.parse(List.of("Basic realm=\"a\"", "Bearer realm=\"b\"")))
                .extracting(Challenge::scheme)
                .containsExactly("basic", "bearer");
    }

    @Test
    void readsASchemeAlone() {
        assertThat(parse("Basic")).containsExactly(new Challenge("basic", Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ",,,", "=", "\"", "\"\"\"", "= = =", "Bearer realm=\"never ends", "Bearer realm=\"x\\"})
    void survives(String header) {
        assertThat(parse(header)).hasSizeLessThanOrEqualTo(1);
    }

    private static List<Challenge> parse(String header) {
        return Challenge.parse(List.of(header));
    }
}
