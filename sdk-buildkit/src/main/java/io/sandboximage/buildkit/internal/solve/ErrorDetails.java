package io.sandboximage.buildkit.internal.solve;

import com.google.protobuf.Any;
import io.grpc.protobuf.StatusProto;
import io.sandboximage.error.BuildFailedException.Source;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.json.JsonView;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The details of a daemon's error: JSON inside {@code google.protobuf.Any}, told apart by the type URL. Old daemons send none.
 *
 * @param vertex digest of the step that failed
 */
record ErrorDetails(Optional<Source> source, Optional<String> vertex, OptionalInt exitCode) {
    private static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final Pattern EXIT_CODE = Pattern.compile("exit code: (\\d{1,3})$");

    static ErrorDetails of(Throwable failure) {
        Optional<Source> source = Optional.empty();
        Optional<String> vertex = Optional.empty();
        OptionalInt exitCode = OptionalInt.empty();
        com.google.rpc.@Nullable Status status = StatusProto.fromThrowable(failure);
        List<Any> details = status == null ? List.of() : status.getDetailsList();
        for (Any detail : details) {
            String type = detail.getTypeUrl();
            try {
                if (type.endsWith("errdefs.Source+json")) {
                    // The last one is the innermost; upstream shows them all, and normally there is one.
                    source = innermost(source(view(detail)), source);
                } else if (type.endsWith("errdefs.Vertex+json")) {
                    vertex = view(detail).string("digest");
                } else if (type.endsWith("gatewayapi.ExitMessage+json")) {
                    exitCode = OptionalInt.of(
                            (int) (long) view(detail).number("Code").orElse(0L));
                }
            } catch (InvalidContentException ignored) {
                // The message itself still tells what failed.
            }
        }
        return new ErrorDetails(source, vertex, exitCode);
    }

    boolean any() {
        return source.isPresent() || vertex.isPresent() || exitCode.isPresent();
    }

    /** What can be known without details. */
    ErrorDetails recovered(String message, StatusTracker tracker, Optional<DockerfileText> dockerfile) {
        Optional<String> failed = tracker.failed();
        Matcher exit = EXIT_CODE.matcher(message);
        return new ErrorDetails(
                dockerfile.flatMap(text -> text.find(message, failed.flatMap(tracker::name))),
                failed,
                exit.find() ? OptionalInt.of(Integer.parseInt(exit.group(1))) : OptionalInt.empty());
    }

    private static Optional<Source> innermost(Optional<Source> inner, Optional<Source> outer) {
        return inner.isPresent() ? inner : outer;
    }

    private static JsonView view(Any detail) {
        return JsonView.parse(detail.getValue().toByteArray(), MAX_BYTES, "error detail");
    }

    private static Optional<Source> source(JsonView json) {
        Optional<JsonView> info = json.object("info");
        List<JsonView> ranges = json.objects("ranges");
        if (info.isEmpty() || ranges.isEmpty()) {
            return Optional.empty();
        }
        int first = line(ranges.get(0), "start");
        int last = Math.max(first, line(ranges.get(ranges.size() - 1), "end"));
        String file = info.get().string("filename").orElse("Dockerfile");
        String text = info.get()
                .string("data")
                .map(data -> new String(Base64.getMimeDecoder().decode(data), StandardCharsets.UTF_8))
                .orElse("");
        return Optional.of(new Source(file, first, last, Excerpt.of(text, first, last)));
    }

    private static int line(JsonView range, String end) {
        return (int) (long) range.object(end).flatMap(p -> p.number("line")).orElse(0L);
    }
}
