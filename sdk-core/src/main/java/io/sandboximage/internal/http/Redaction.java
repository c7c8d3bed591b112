package io.sandboximage.internal.http;

import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/** Takes secrets out of what people get to see: user info and query values of URLs, tokens in the words of servers. */
public final class Redaction {
    private static final String MASK = "***";
    // Everything else in a query may be a signature, a session or a token.
    private static final Set<String> HARMLESS_PARAMETERS =
            Set.of("n", "last", "digest", "mount", "from", "service", "scope", "artifactType", "tag", "platform");
    private static final Pattern SCHEME_AND_SECRET =
            Pattern.compile("\\b(Basic|Bearer)\\s+[A-Za-z0-9._~+/=-]{6,}", Pattern.CASE_INSENSITIVE);
    private static final Pattern JWT = Pattern.compile("\\beyJ[A-Za-z0-9_=-]{5,}(?:\\.[A-Za-z0-9_=-]+)*");
    private static final Pattern NAMED_SECRET = Pattern.compile(
            "((?:password|passwd|secret|token|signature|sig|credential|authorization|api[-_]?key)\"?\\s*[=:]\\s*\"?)[^\\s\"&,;]+",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s]+@");

    private Redaction() {}

    /** The URL for messages and logs. */
    public static String url(HttpUrl url) {
        HttpUrl.Builder shown =
                url.newBuilder().username("").password("").query(null).fragment(null);
        for (int i = 0; i < url.querySize(); i++) {
            String name = url.queryParameterName(i);
            shown.addQueryParameter(name, HARMLESS_PARAMETERS.contains(name) ? url.queryParameterValue(i) : MASK);
        }
        return shown.build().toString();
    }

    /** Text that a server sent, with everything masked that looks like a secret. */
    public static String text(String text) {
        String masked = SCHEME_AND_SECRET.matcher(text).replaceAll("$1 ***");
        masked = JWT.matcher(masked).replaceAll(MASK);
        masked = NAMED_SECRET.matcher(masked).replaceAll("$1***");
        return USER_INFO.matcher(masked).replaceAll("***@");
    }
}
