package io.sandboximage.internal.http;

/** What a status means for the next step. */
public final class HttpStatus {
    private HttpStatus() {}

    /** Whether the same request may succeed later: 408, 429, and what failed inside the server but not by its design. */
    public static boolean mayPass(int status) {
        return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
    }
}
