package io.sandboximage.progress;

import java.util.List;
import java.util.Optional;

/** Several listeners as one; see {@link Progress#combine}. */
record CombinedListener(List<ProgressListener> all) implements ProgressListener {
    @Override
    public void onEvent(ProgressEvent event) {
        for (ProgressListener listener : all) {
            try {
                listener.onEvent(event);
            } catch (RuntimeException | LinkageError | AssertionError ignored) {
                // The contract of ProgressListener: what it throws never reaches the work.
            }
        }
    }

    @Override
    public Optional<String> traceParent(long task) {
        for (ProgressListener listener : all) {
            try {
                Optional<String> parent = listener.traceParent(task);
                if (parent.isPresent()) {
                    return parent;
                }
            } catch (RuntimeException | LinkageError | AssertionError ignored) {
                // As above.
            }
        }
        return Optional.empty();
    }
}
