package io.sandboximage.examples.service;

import io.sandboximage.error.SandboxImageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** All jobs: as many as may run do, as many as may wait wait, and the last ones that ended are remembered. Thread-safe. */
final class JobBoard {
    private final Pipelines pipelines;
    private final int kept;
    private final ThreadPoolExecutor runners;
    private final ReentrantLock lock = new ReentrantLock();
    /** In the order in which they came. */
    private final Map<String, PipelineJob> jobs = new LinkedHashMap<>();

    JobBoard(Pipelines pipelines, ServiceSettings settings) {
        this.pipelines = pipelines;
        this.kept = settings.kept();
        this.runners = new ThreadPoolExecutor(
                settings.running(),
                settings.running(),
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(settings.waiting()),
                work -> {
                    Thread thread = new Thread(work, "pipeline job");
                    thread.setDaemon(true);
                    return thread;
                });
        runners.allowCoreThreadTimeOut(true);
    }

    /**
     * Takes a job.
     *
     * @return empty if there is no room now
     * @throws SandboxImageException if the order cannot be carried out
     */
    Optional<PipelineJob> submit(PipelineOrder order) {
        PipelineJob job = new PipelineJob(UUID.randomUUID().toString(), order, pipelines);
        // Tells at once what is wrong with the order, while somebody listens.
        var unused = pipelines.pipeline(job.id(), order).build();
        lock.lock();
        try {
            runners.execute(job);
            jobs.put(job.id(), job);
            forget();
            return Optional.of(job);
        } catch (RejectedExecutionException e) {
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    Optional<PipelineJob> find(String id) {
        lock.lock();
        try {
            return Optional.ofNullable(jobs.get(id));
        } finally {
            lock.unlock();
        }
    }

    List<PipelineJob> all() {
        lock.lock();
        try {
            return new ArrayList<>(jobs.values());
        } finally {
            lock.unlock();
        }
    }

    void cancel(PipelineJob job) {
        if (job.cancel()) {
            // So that another one may wait in its place.
            runners.remove(job);
        }
    }

    /** Takes no more jobs, drops those that wait, gives those that run some time, and cancels them then. */
    void close(Duration grace) throws InterruptedException {
        runners.shutdown();
        all().stream().filter(job -> job.state() == PipelineJob.State.WAITING).forEach(this::cancel);
        if (!runners.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            all().forEach(PipelineJob::cancel);
            runners.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    boolean closing() {
        return runners.isShutdown();
    }

    /** The oldest of those that have ended, when there are too many. */
    private void forget() {
        Iterator<PipelineJob> oldest = jobs.values().iterator();
        int tooMany = jobs.size() - kept;
        while (tooMany > 0 && oldest.hasNext()) {
            if (oldest.next().state().ended()) {
                oldest.remove();
                tooMany--;
            }
        }
    }
}
