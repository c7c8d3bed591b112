package io.sandboximage.testkit.daytona;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * An S3 bucket, addressed by path. It checks signatures (AWS Signature Version 4), the time, the body's digest, and that everything lies
 * below the organisation's prefix; its credentials end after an hour.
 */
final class ObjectStore {
    static final String BUCKET = "daytona-contexts";

    private static final String REGION = "eu-test-1";
    private static final Duration LIFE = Duration.ofHours(1);
    private static final Duration SKEW = Duration.ofMinutes(15);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8})/([^/]+)/s3/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})");

    private final Clock clock;
    private final Guard guard;
    private final String url;
    private final Map<String, Access> accesses = new ConcurrentHashMap<>();
    private final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final List<String> puts = new ArrayList<>();
    private volatile boolean configured = true;

    ObjectStore(Clock clock, Guard guard, String url) {
        this.clock = clock;
        this.guard = guard;
        this.url = url;
    }

    private record Access(String secret, String sessionToken, Instant expiresAt) {}

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String code) {
            super(code);
        }
    }

    void configured(boolean on) {
        configured = on;
    }

    boolean hasContext(String hash) {
        return objects.containsKey(Guard.ORGANIZATION + "/" + hash + "/context.tar");
    }

    Map<String, byte[]> objects() {
        return new TreeMap<>(objects);
    }

    List<String> puts() {
        synchronized (puts) {
            return List.copyOf(puts);
        }
    }

    /** {@code /object-storage/push-access}. */
    @Nullable
    Answer access(ApiCall call) {
        if (call.segments().size() != 2 || !call.segments().get(1).equals("push-access")) {
            return null;
        }
        guard.require("write:snapshots", "write:sandboxes");
        if (!configured) {
            throw new ApiError(503, "Object storage is not configured");
        }
        String key = "AK" + UUID.randomUUID();
        Access access = new Access(
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString(),
                clock.instant().plus(LIFE));
        accesses.put(key, access);
        return Answer.json(
                200,
                Map.of(
                        "accessKey", key,
                        "secret", access.secret(),
                        "sessionToken", access.sessionToken(),
                        "storageUrl", url,
                        "organizationId", Guard.ORGANIZATION,
                        "bucket", BUCKET,
                        "region", REGION));
    }

    Answer answer(ApiCall call) {
        try {
            check(call);
            List<String> path = call.segments();
            if (path.isEmpty() || !path.get(0).equals(BUCKET)) {
                throw new Refused("NoSuchBucket");
            }
            String key = String.join("/", path.subList(1, path.size()));
            if (call.method().equals("GET") && path.size() == 1) {
                return list(call);
            }
            boolean ours = key.startsWith(Guard.ORGANIZATION + "/");
            if (!ours || path.size() == 1) {
                throw new Refused("AccessDenied");
            }
            if (call.method().equals("PUT")) {
                objects.put(key, call.body());
                synchronized (puts) {
                    puts.add(key);
                }
                return Answer.empty(200);
            }
            byte[] object = objects.get(key);
            return object == null
                    ? error(404, "NoSuchKey")
                    : new Answer(200, Map.of("Content-Type", "application/x-tar"), object);
        } catch (Refused e) {
            return error(403, String.valueOf(e.getMessage()));
        }
    }

    private Answer list(ApiCall call) throws Refused {
        String prefix = call.query().getOrDefault("prefix", "");
        if (!"2".equals(call.query().get("list-type")) || !prefix.startsWith(Guard.ORGANIZATION)) {
            throw new Refused("AccessDenied");
        }
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult>");
        objects.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .forEach(key -> xml.append("<Contents><Key>").append(key).append("</Key></Contents>"));
        return Answer.text(
                200, "application/xml", xml.append("</ListBucketResult>").toString());
    }

    private static Answer error(int status, String code) {
        return Answer.text(status, "application/xml", "<Error><Code>" + code + "</Code></Error>");
    }

    private void check(ApiCall call) throws Refused {
        Matcher given = AUTHORIZATION.matcher(String.valueOf(call.header("Authorization")));
        if (!given.matches()) {
            throw new Refused("AccessDenied");
        }
        Access access = accesses.get(given.group(1));
        String time = String.valueOf(call.header("x-amz-date"));
        if (access == null || !access.sessionToken().equals(call.header("x-amz-security-token"))) {
            throw new Refused("InvalidAccessKeyId");
        }
        if (!clock.instant().isBefore(access.expiresAt())) {
            throw new Refused("ExpiredToken");
        }
        Instant sent = TIME.parse(time, Instant::from);
        if (Duration.between(sent, clock.instant()).abs().compareTo(SKEW) > 0) {
            throw new Refused("RequestTimeTooSkewed");
        }
        String digest = String.valueOf(call.header("x-amz-content-sha256"));
        if (!digest.equals(sha256(call.body()))) {
            throw new Refused("XAmzContentSHA256Mismatch");
        }
        String scope = given.group(2) + "/" + given.group(3) + "/s3/aws4_request";
        String text = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n"
                + sha256(canonical(call, given.group(4), digest).getBytes(StandardCharsets.UTF_8));
        byte[] key = ("AWS4" + access.secret()).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(given.group(2), given.group(3), "s3", "aws4_request")) {
            key = hmac(key, part);
        }
        boolean signed = HexFormat.of().formatHex(hmac(key, text)).equals(given.group(5));
        if (!signed || !given.group(3).equals(REGION) || !given.group(2).equals(time.substring(0, 8))) {
            throw new Refused("SignatureDoesNotMatch");
        }
    }

    private static String canonical(ApiCall call, String signedHeaders, String digest) {
        StringBuilder text = new StringBuilder()
                .append(call.method())
                .append('\n')
                .append(call.exchange().getRequestURI().getRawPath())
                .append('\n');
        String query = call.exchange().getRequestURI().getRawQuery();
        String[] pairs = query == null ? new String[0] : query.split("&");
        Arrays.sort(pairs);
        // What may stand as it is in a URL's query is encoded in the signed form.
        text.append(String.join("&", pairs).replace("/", "%2F")).append('\n');
        for (String name : signedHeaders.split(";")) {
            text.append(name).append(':').append(call.header(name)).append('\n');
        }
        return text.append('\n')
                .append(signedHeaders)
                .append('\n')
                .append(digest)
                .toString();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
