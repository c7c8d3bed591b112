package io.sandboximage.generated;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Changes JSON documents: values of other types and sizes, members left out and doubled, depth, and what is no JSON any more. */
final class JsonChanges {
    private static final Pattern TOKEN =
            Pattern.compile("\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|-?[0-9]+|true|false|null|\\[\\]|\\{\\}");
    private static final Pattern MEMBER = Pattern.compile("\"[^\"]*+\":(?:\"[^\"]*+\"|[0-9]+),?");

    private static final List<String> VALUES = List.of(
            "0",
            "1",
            "-1",
            "7",
            "4096",
            "2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "1e400",
            "1e9",
            "0.5",
            "null",
            "true",
            "[]",
            "{}",
            "[{}]",
            "[".repeat(300) + "]".repeat(300),
            "\"\"",
            "\"..\"",
            "\"../../etc/passwd\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"" + "x".repeat(100_000) + "\"",
            "\"sha256:\"",
            "\"sha256:" + "a".repeat(63) + "\"",
            "\"sha256:" + "a".repeat(64) + "\"",
            "\"sha512:" + "a".repeat(128) + "\"",
            "\"md5:" + "a".repeat(32) + "\"",
            "\"application/vnd.oci.image.index.v1+json\"",
            "\"application/vnd.oci.image.manifest.v1+json\"",
            "\"application/vnd.oci.image.layer.v1.tar\"",
            "\"application/vnd.oci.image.layer.v1.tar+zstd\"",
            "\"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip\"",
            "\"windows\"",
            "\"arm64\"",
            "\"v1\"");

    private JsonChanges() {}

    static byte[] change(byte[] json, Random random) {
        String text = new String(json, StandardCharsets.ISO_8859_1);
        for (int i = 1 + random.nextInt(3); i > 0 && !text.isEmpty(); i--) {
            text = once(text, random);
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String once(String text, Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> text.substring(0, random.nextInt(text.length()));
            case 1 -> {
                int at = random.nextInt(text.length());
                yield text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + random.nextInt(2));
            }
            case 2 -> replaced(text, MEMBER, "", random);
            case 3 -> {
                MatchResult member = any(text, MEMBER, random);
                yield member == null
                        ? text
                        : text.substring(0, member.start())
                                + member.group().replaceFirst(",?$", ",")
                                + text.substring(member.start());
            }
            case 4 -> {
                MatchResult token = any(text, TOKEN, random);
                yield token == null ? text : replaced(text, TOKEN, token.group(), random);
            }
            default -> replaced(text, TOKEN, VALUES.get(random.nextInt(VALUES.size())), random);
        };
    }

    private static String replaced(String text, Pattern what, String by, Random random) {
        MatchResult found = any(text, what, random);
        return found == null ? text : text.substring(0, found.start()) + by + text.substring(found.end());
    }

    private static MatchResult any(String text, Pattern what, Random random) {
        List<MatchResult> found = new ArrayList<>(what.matcher(text).results().toList());
        return found.isEmpty() ? null : found.get(random.nextInt(found.size()));
    }
}
