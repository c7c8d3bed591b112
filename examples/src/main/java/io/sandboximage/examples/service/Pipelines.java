package io.sandboximage.examples.service;

import io.sandboximage.SandboxImagePipeline;

/** What orders mean. Thread-safe. */
interface Pipelines {
    /**
     * The pipeline of an order.
     *
     * @param id of the job, free of what file names may not hold
     * @throws io.sandboximage.error.SandboxImageException if the order cannot be carried out
     */
    SandboxImagePipeline.Builder pipeline(String id, PipelineOrder order);
}
