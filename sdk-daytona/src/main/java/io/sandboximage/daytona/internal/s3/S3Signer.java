package io.sandboximage.daytona.internal.s3;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import okhttp3.HttpUrl;
import okhttp3.Request;

/**
 * Signs requests (AWS Signature Version 4, in the Authorization header).
 *
 * <pre>
 * key       = HMAC(HMAC(HMAC(HMAC("AWS4" + secret, day), region), "s3"), "aws4_request")
 * signature = hex(HMAC(key, "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + hex(SHA-256(canonical request))))
 * </pre>
 */
public final class S3Signer {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String SERVICE = "s3";
    private static final String TERMINATOR = "aws4_request";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int DAY_LENGTH = 8;

    private final String accessKey;
    private final String secret;
    private final String sessionToken;
    private final String region;

    public S3Signer(String accessKey, String secret, String sessionToken, String region) {
        this.accessKey = accessKey;
        this.secret = secret;
        this.sessionToken = sessionToken;
        this.region = region;
    }

    /** @param contentSha256 of the body, in hex */
    public Request sign(Request request, String contentSha256, Instant now) {
        String time = TIME.format(now);
        Map<String, String> headers = new TreeMap<>();
        headers.put("host", host(request.url()));
        headers.put("x-amz-content-sha256", contentSha256);
        headers.put("x-amz-date", time);
        if (!sessionToken.isEmpty()) {
            headers.put("x-amz-security-token", sessionToken);
        }
        String signed = String.join(";", headers.keySet());
        String scope = String.join("/", time.substring(0, DAY_LENGTH), region, SERVICE, TERMINATOR);
        String text =
                String.join("\n", ALGORITHM, time, scope, sha256(canonical(request, headers, signed, contentSha256)));
        byte[] key = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), time.substring(0, DAY_LENGTH));
        key = hmac(hmac(hmac(key, region), SERVICE), TERMINATOR);
        String signature = HexFormat.of().formatHex(hmac(key, text));
        Request.Builder result = request.newBuilder();
        headers.forEach((name, value) -> {
            if (!name.equals("host")) {
                result.header(name, value);
            }
        });
        return result.header(
                        "Authorization",
                        ALGORITHM + " Credential=" + accessKey + "/" + scope + ", SignedHeaders=" + signed
                                + ", Signature=" + signature)
                .build();
    }

    private static String canonical(Request request, Map<String, String> headers, String signed, String contentSha256) {
        Map<String, String> query = new TreeMap<>();
        for (int i = 0; i < request.url().querySize(); i++) {
            String value = request.url().queryParameterValue(i);
            query.put(encode(request.url().queryParameterName(i)), encode(value == null ? "" : value));
        }
        String lines = headers.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                .collect(Collectors.joining());
        return String.join(
                "\n",
                request.method(),
                path(request.url()),
                query.entrySet().stream()
                        .map(p -> p.getKey() + "=" + p.getValue())
                        .collect(Collectors.joining("&")),
                lines,
                signed,
                contentSha256);
    }

    private static String path(HttpUrl url) {
        return url.pathSegments().stream().map(S3Signer::encode).collect(Collectors.joining("/", "/", ""));
    }

    private static String host(HttpUrl url) {
        boolean usual = url.port() == HttpUrl.defaultPort(url.scheme());
        return url.host() + (usual ? "" : ":" + url.port());
    }

    /** Everything but the unreserved characters. */
    static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-._~".indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
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
