package io.sandboximage.golden.build;

import io.sandboximage.golden.GoldenStore;
import io.sandboximage.progress.ProgressListener;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * What all projects of a service share.
 *
 * @param id tells this service from others on the host, also from those before a restart
 * @param slots how many builds run at a time
 */
record Services(
        String id,
        String host,
        GoldenStore store,
        BuildFiles files,
        Clock clock,
        GoldenTimer timer,
        Executor threads,
        Semaphore slots,
        ProgressListener listener) {}
