package io.sandboximage.buildkit.internal.control;

import io.grpc.MethodDescriptor;
import io.sandboximage.buildkit.content.BlobReader;
import io.sandboximage.buildkit.internal.proto.ContentInfoRequest;
import io.sandboximage.buildkit.internal.proto.ContentInfoResponse;
import io.sandboximage.buildkit.internal.proto.ReadContentRequest;
import io.sandboximage.buildkit.internal.proto.ReadContentResponse;
import io.sandboximage.buildkit.internal.transport.Methods;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Digest;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/** The daemon's read-only content service; daemons have it since 0.11. */
public final class DaemonBlobs implements BlobReader {
    private static final String NAME = "containerd.services.content.v1.Content";
    private static final MethodDescriptor<ContentInfoRequest, ContentInfoResponse> INFO = Methods.unary(
            NAME, "Info", ContentInfoRequest.getDefaultInstance(), ContentInfoResponse.getDefaultInstance());
    private static final MethodDescriptor<ReadContentRequest, ReadContentResponse> READ = Methods.serverStreaming(
            NAME, "Read", ReadContentRequest.getDefaultInstance(), ReadContentResponse.getDefaultInstance());

    private final DaemonCalls calls;

    public DaemonBlobs(DaemonCalls calls) {
        this.calls = calls;
    }

    @Override
    public String name() {
        return "buildkit:" + calls.address();
    }

    @Override
    public OptionalLong size(Digest digest) {
        try {
            ContentInfoRequest request =
                    ContentInfoRequest.newBuilder().setDigest(digest.toString()).build();
            return OptionalLong.of(calls.unary("look for the blob " + digest + " in BuildKit's store", INFO, request)
                    .getInfo()
                    .getSize());
        } catch (NotFoundException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public InputStream open(Digest digest, long offset) {
        ReadContentRequest request = ReadContentRequest.newBuilder()
                .setDigest(digest.toString())
                .setOffset(offset)
                .build();
        return new Blob(calls.stream("read the blob " + digest + " from BuildKit's store", READ, request));
    }

    private static final class Blob extends InputStream {
        private final Replies<ReadContentResponse> replies;
        private ByteBuffer chunk = ByteBuffer.allocate(0);

        Blob(Replies<ReadContentResponse> replies) {
            this.replies = replies;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            while (!chunk.hasRemaining()) {
                if (!replies.hasNext()) {
                    return length == 0 ? 0 : -1;
                }
                // Its offset counts from the first byte asked for, with some daemons; the digest tells what is right.
                chunk = replies.next().getData().asReadOnlyByteBuffer();
            }
            int n = Math.min(length, chunk.remaining());
            chunk.get(buffer, offset, n);
            return n;
        }

        @Override
        public void close() {
            replies.close();
        }
    }
}
