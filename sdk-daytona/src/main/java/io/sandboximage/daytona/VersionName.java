package io.sandboximage.daytona;

import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.image.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names of versions, {@code name--yyyyMMddTHHmmssSSSZ-content}: in their order as text the newest is the last. */
final class VersionName {
    private static final String SEPARATOR = "--";
    private static final int CONTENT_LENGTH = 12;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern REST = Pattern.compile("[0-9]{8}T[0-9]{9}Z-[0-9a-f]{" + CONTENT_LENGTH + "}");

    private VersionName() {}

    static String of(String name, Instant now, String content) {
        return prefix(name) + TIME.format(now) + "-" + content;
    }

    static String prefix(String name) {
        return name + SEPARATOR;
    }

    static boolean isVersion(String name, String candidate) {
        return candidate.startsWith(prefix(name))
                && REST.matcher(candidate.substring(prefix(name).length())).matches();
    }

    /** A digest of all that makes a snapshot what it is, but its name. */
    static String content(SnapshotSpec spec, String fingerprint) {
        String all = String.join(
                "\n",
                fingerprint,
                spec.resources().map(Object::toString).orElse(""),
                spec.entrypoint().toString(),
                spec.region().orElse(""),
                spec.sandboxClass().orElse(""),
                spec.gpuType().orElse(""));
        return Digest.sha256(all.getBytes(StandardCharsets.UTF_8)).hex().substring(0, CONTENT_LENGTH);
    }
}
