package io.sandboximage;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One image, brought to any number of places, turned into any number of snapshots, and written down.
 *
 * <pre>{@code
 * PipelineResult result = SandboxImagePipeline.builder()
 *         .from(source)
 *         .to(sink)
 *         .snapshot(snapshotter)
 *         .record(Recorders.envFile(Path.of(".env"), "SANDBOX_IMAGE"))
 *         .progress(Progress.terminal())
 *         .run();
 * }</pre>
 *
 * <p>First the image is made or found. Then all sinks and snapshotters work at the same time, and what several of them want of the
 * image is read once. One that fails does not keep the others from finishing; {@link PipelineRun#steps()} tells of each. When all
 * that are required have succeeded the checks run, and when these have, the recorders one after the other in the given order.
 *
 * <p>With a {@link Builder#state state directory} a run that was broken off is resumed by the next one: what it finished is not
 * done again.
 *
 * <p>A pipeline is immutable and thread-safe. It can be run any number of times; each run is an object of its own.
 */
public final class SandboxImagePipeline {
    private final Origin origin;
    private final List<Branch> branches;
    private final List<NamedCheck> checks;
    private final List<Recorder> recorders;
    private final ProgressListener progress;
    private final Optional<Duration> deadline;
    private final Optional<Path> state;
    private final long spoolBytes;

    private SandboxImagePipeline(Builder builder, Origin origin) {
        this.origin = origin;
        this.branches = List.copyOf(builder.branches);
        this.checks = List.copyOf(builder.checks);
        this.recorders = List.copyOf(builder.recorders);
        this.progress = Progress.combine(builder.listeners.toArray(new ProgressListener[0]));
        this.deadline = Optional.ofNullable(builder.deadline);
        this.state = Optional.ofNullable(builder.state);
        this.spoolBytes = builder.spoolBytes;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs and waits. If the calling thread is interrupted the run is cancelled, and this method returns when its work has
     * stopped.
     *
     * @throws io.sandboximage.error.CancelledException if the calling thread is interrupted; its flag stays set
     * @throws io.sandboximage.error.DeadlineExceededException if the deadline passes
     * @throws io.sandboximage.error.SandboxImageException the first failure of something required, after everything else has
     *     ended; later failures are suppressed in it
     */
    public PipelineResult run() {
        return start().resultOrCancel();
    }

    /** Starts a run on daemon threads and returns at once. */
    public PipelineRun start() {
        return PipelineRun.start(this);
    }

    /** What a run would do now; nothing is run, and nothing but the state directory is read. */
    public PipelinePlan plan() {
        RunJournal journal = RunState.peek(state);
        return PlanMaker.plan(this, branch -> journal.find(branch).isPresent());
    }

    Origin origin() {
        return origin;
    }

    List<Branch> branches() {
        return branches;
    }

    List<NamedCheck> checks() {
        return checks;
    }

    List<Recorder> recorders() {
        return recorders;
    }

    ProgressListener progress() {
        return progress;
    }

    Optional<Duration> deadline() {
        return deadline;
    }

    Optional<Path> state() {
        return state;
    }

    long spoolBytes() {
        return spoolBytes;
    }

    /**
     * Where the image comes from.
     *
     * @param owned whether the run closes the source
     */
    record Origin(String label, ImageProducer producer, boolean owned) {}

    /** Collects what a pipeline does. Options that contradict each other are refused by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final List<ImageSource> sources = new ArrayList<>();
        private final List<ImageProducer> producers = new ArrayList<>();
        private final List<BuildRequest> requests = new ArrayList<>();
        private final List<ImageBuilder> imageBuilders = new ArrayList<>();
        private final List<Branch> branches = new ArrayList<>();
        private final List<NamedCheck> checks = new ArrayList<>();
        private final List<Recorder> recorders = new ArrayList<>();
        private final List<ProgressListener> listeners = new ArrayList<>();
        private @Nullable Duration deadline;
        private boolean deadlineGivenTwice;
        private @Nullable Path state;
        private String producerName = "image";
        private long spoolBytes = Long.MAX_VALUE;

        private Builder() {}

        /** Takes an image that exists. The source stays the caller's, who closes it after the last run. */
        public Builder from(ImageSource source) {
            sources.add(source);
            return this;
        }

        /** Makes the image, or opens it, anew for each run; the run closes the source that it got. */
        public Builder produce(ImageProducer producer) {
            producers.add(producer);
            return this;
        }

        /**
         * {@link #produce(ImageProducer)} with a name for plans and progress.
         *
         * @param name for instance {@code "build of sandbox/Dockerfile"}
         */
        public Builder produce(String name, ImageProducer producer) {
            producerName = name;
            return produce(producer);
        }

        /** Builds the image; needs {@link #with}. */
        public Builder build(BuildRequest request) {
            requests.add(request);
            return this;
        }

        /** What builds the request of {@link #build(BuildRequest)}; it stays the caller's. */
        public Builder with(ImageBuilder builder) {
            imageBuilders.add(builder);
            return this;
        }

        /** Adds a place that the image is written to. */
        public Builder to(ImageSink sink) {
            branches.add(new Branch.ToSink(sink, true));
            return this;
        }

        /** Adds a place that the image is written to if that works; if it does not, only {@link PipelineResult#steps()} tells. */
        public Builder toIfPossible(ImageSink sink) {
            branches.add(new Branch.ToSink(sink, false));
            return this;
        }

        /** Adds something that sandboxes boot from. */
        public Builder snapshot(Snapshotter snapshotter) {
            branches.add(new Branch.ToSnapshot(snapshotter, true));
            return this;
        }

        /** Adds something that sandboxes boot from; if it cannot be made, only {@link PipelineResult#steps()} tells. */
        public Builder snapshotIfPossible(Snapshotter snapshotter) {
            branches.add(new Branch.ToSnapshot(snapshotter, false));
            return this;
        }

        /**
         * Adds a test of what was made. All checks run at the same time, after the destinations and snapshotters.
         *
         * @param name what it is called in plans and progress
         */
        public Builder check(String name, PipelineCheck check) {
            checks.add(new NamedCheck(name, check));
            return this;
        }

        /** Adds a record of the result, made after everything that is required has succeeded. */
        public Builder record(Recorder recorder) {
            recorders.add(recorder);
            return this;
        }

        /** Adds a listener. What it throws is ignored. */
        public Builder progress(ProgressListener listener) {
            listeners.add(listener);
            return this;
        }

        /** How long one run may take as a whole; without it a run may take for ever. */
        public Builder deadline(Duration limit) {
            deadlineGivenTwice = deadline != null;
            deadline = limit;
            return this;
        }

        /**
         * Where runs remember what they have finished, so that one that was killed, cancelled or failed is resumed by the next. One
         * run at a time may use it. It also holds what is on its way from the image to several places.
         */
        public Builder state(Path directory) {
            state = directory;
            return this;
        }

        /**
         * How much of the image may lie on disk while it is on its way to several places; no limit unless set. What does not fit is
         * read from the image's source by each place for itself.
         */
        public Builder spoolLimit(DataSize limit) {
            spoolBytes = limit.bytes();
            return this;
        }

        /** @throws InvalidRequestException if something is missing or two options contradict each other */
        public SandboxImagePipeline build() {
            checkOrigin();
            if (branches.isEmpty() && recorders.isEmpty()) {
                throw new InvalidRequestException(
                        "The pipeline has nothing to do: add to(…), snapshot(…) or record(…)");
            }
            checkUnique("to", StepKind.DESTINATION);
            checkUnique("snapshot", StepKind.SNAPSHOT);
            if (deadlineGivenTwice) {
                throw new InvalidRequestException("deadline(…) was called twice: call it once");
            }
            if (deadline != null && (deadline.isNegative() || deadline.isZero())) {
                throw new InvalidRequestException("The deadline " + deadline + " is not positive");
            }
            return new SandboxImagePipeline(this, origin());
        }

        /** {@link #build()} and {@link SandboxImagePipeline#run()}. */
        public PipelineResult run() {
            return build().run();
        }

        /** {@link #build()} and {@link SandboxImagePipeline#start()}. */
        public PipelineRun start() {
            return build().start();
        }

        private Origin origin() {
            if (!sources.isEmpty()) {
                ImageSource source = sources.get(0);
                return new Origin("image from " + source.name(), progress -> source, false);
            }
            if (!producers.isEmpty()) {
                return new Origin(producerName, producers.get(0), true);
            }
            BuildRequest request = requests.get(0);
            ImageBuilder builder = imageBuilders.get(0);
            String label = "build " + request.dockerfile() + " with " + builder.name();
            return new Origin(label, progress -> builder.build(request, progress), true);
        }

        private void checkOrigin() {
            if (requests.isEmpty() != imageBuilders.isEmpty()) {
                throw new InvalidRequestException(
                        requests.isEmpty()
                                ? "with(" + imageBuilders.get(0).name() + ") has nothing to build: add build(request)"
                                : "build(" + requests.get(0).dockerfile() + ") has no builder: add with(builder)");
            }
            int origins = sources.size() + producers.size() + Math.max(requests.size(), imageBuilders.size());
            if (origins == 0) {
                throw new InvalidRequestException(
                        "The pipeline has no image: add from(source), produce(producer), or build(request) and with(builder)");
            }
            if (origins > 1) {
                throw new InvalidRequestException("The pipeline has " + origins
                        + " images but takes one: call one of from(…), produce(…) and build(…), and call it once");
            }
        }

        private void checkUnique(String option, StepKind kind) {
            Set<String> seen = new HashSet<>();
            for (Branch branch : branches) {
                if (branch.kind() == kind && !seen.add(branch.name())) {
                    throw new InvalidRequestException(
                            option + "(" + branch.name() + ") was given twice: two writers of one place would race");
                }
            }
        }
    }
}
