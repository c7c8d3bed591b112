package io.sandboximage.docker.internal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of the Engine API. */
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    /** The newest one that this client was made for: Engine 28.5. */
    public static final ApiVersion NEWEST = new ApiVersion(1, 51);
    /** From here on images tell whether all of their content is there. */
    public static final ApiVersion MANIFESTS = new ApiVersion(1, 48);
    /** Docker 18.09: older engines do not tell their version when they are pinged, or have no BuildKit. */
    private static final ApiVersion OLDEST = new ApiVersion(1, 24);

    private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    static ApiVersion negotiate(Optional<String> engine) {
        Matcher matcher = FORM.matcher(engine.orElse(""));
        if (!matcher.matches()) {
            return OLDEST;
        }
        ApiVersion theirs = new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        return theirs.compareTo(NEWEST) < 0 ? theirs : NEWEST;
    }

    public boolean atLeast(ApiVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
