package io.sandboximage.buildkit;

import java.util.regex.Pattern;

/** Which contexts the daemon fetches itself: git repositories and HTTP addresses. */
final class RemoteAddress {
    private static final Pattern HTTP = Pattern.compile("https?://.*");
    private static final Pattern GIT = Pattern.compile("(?:git|ssh)://.+|github\\.com/.+");
    private static final Pattern SCP = Pattern.compile("[A-Za-z0-9_-]+@[A-Za-z0-9_.-]+:.+");
    private static final Pattern GIT_OVER_HTTP = Pattern.compile("https?://[^?#]+\\.git(?:[?#].*)?");

    private RemoteAddress() {}

    static boolean matches(String text) {
        return HTTP.matcher(text).matches() || isGit(text);
    }

    /** Whether the address says more about the commit by a query, which old frontends do not understand. */
    static boolean isGitWithQuery(String text) {
        int fragment = text.indexOf('#');
        String address = fragment < 0 ? text : text.substring(0, fragment);
        return isGit(text) && address.contains("?");
    }

    private static boolean isGit(String text) {
        return GIT.matcher(text).matches()
                || SCP.matcher(text).matches()
                || GIT_OVER_HTTP.matcher(text).matches();
    }
}
