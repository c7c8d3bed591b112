package io.sandboximage.registry;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpFailures;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpStream;
import io.sandboximage.internal.http.RetryBudget;
import io.sandboximage.internal.http.RetryPolicy;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a download from one offset up to another. Where the connection breaks, or ends early, it goes on by a range
 * request from the byte that is missing. Not thread-safe.
 */
final class ResumingInputStream extends InputStream {
    /** So much has to come before the next break counts as the first one again. */
    private static final long PROGRESS_BYTES = 64 * 1024;

    /** Sends the request for the bytes from an offset on. */
    @FunctionalInterface
    interface Opener {
        /** @param etag of the first answer; the range is wanted only if it still holds */
        HttpStream open(long from, Optional<String> etag);
    }

    private final Opener opener;
    private final String what;
    private final long end;
    private final RetryBudget budget;
    private Optional<String> etag = Optional.empty();
    private @Nullable HttpStream current;
    private long position;
    private long counted;
    private boolean ended;
    private boolean closed;

    /**
     * Connects at once, so that a blob that does not exist is known now.
     *
     * @param what completes "Could not …"
     * @param start offset of the first byte
     * @param end offset after the last byte
     */
    ResumingInputStream(Opener opener, RetryPolicy retries, String what, long start, long end) {
        this.opener = opener;
        this.what = what;
        this.end = end;
        this.position = start;
        this.counted = start;
        this.budget = retries.begin("trying to " + what);
        try {
            connect();
        } catch (IOException e) {
            resumeAfter(e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("The stream is closed");
        }
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            try {
                int n = stream().body().read(buffer, offset, length);
                if (n >= 0) {
                    advance(n);
                    return n;
                }
                if (position < end) {
                    throw new EOFException("the answer ended after " + position + " of " + end + " bytes");
                }
                ended = true;
            } catch (IOException e) {
                if (position >= end) {
                    // A connection that breaks after the last byte is no loss.
                    ended = true;
                } else {
                    resumeAfter(e);
                }
            }
        }
        return -1;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        HttpStream open = current;
        if (open != null) {
            current = null;
            open.close();
        }
    }

    private HttpStream stream() throws IOException {
        HttpStream open = current;
        if (open == null) {
            throw new IOException("The stream is closed");
        }
        return open;
    }

    private void advance(int n) {
        position += n;
        if (position - counted >= PROGRESS_BYTES && budget.failures() > 0) {
            budget.progressed();
            counted = position;
        }
    }

    private void resumeAfter(IOException broken) {
        IOException cause = broken;
        while (true) {
            CancelledException.throwIfInterrupted("trying to " + what);
            closeCurrent();
            if (!budget.pause(Optional.empty())) {
                throw new UnavailableException(
                        "Could not " + what + ": the connection broke after " + position + " of " + end
                                + " bytes and could not be resumed: " + cause.getMessage(),
                        cause);
            }
            try {
                connect();
                return;
            } catch (IOException e) {
                cause = e;
            }
        }
    }

    private void connect() throws IOException {
        HttpStream answer = opener.open(position, etag);
        HttpReply head = answer.head();
        if (!head.successful()) {
            answer.close();
            if (head.status() == 416) {
                // The far side has no more than what came already; the digest check will say what that means.
                current = answer;
                ended = true;
                return;
            }
            throw HttpFailures.of(head, what);
        }
        current = answer;
        if (etag.isEmpty()) {
            etag = head.header("ETag").filter(tag -> !tag.startsWith("W/"));
        }
        if (head.status() == 206) {
            Optional<ContentRange> range = head.header("Content-Range").flatMap(ContentRange::parse);
            if (range.isPresent() && range.get().first() != position) {
                closeCurrent();
                throw new InvalidContentException("Could not " + what + ": asked for the bytes from " + position
                        + " on, got those from " + range.get().first() + " on");
            }
        } else if (position > 0) {
            skip(answer.body(), position);
        }
    }

    /** A server without ranges sends everything again. */
    private static void skip(InputStream in, long count) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        long left = count;
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new EOFException("the answer ended before the byte to resume at");
            }
            left -= n;
        }
    }

    private void closeCurrent() {
        HttpStream open = current;
        current = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException alreadyBroken) {
                // It is given up anyway.
                return;
            }
        }
    }
}
