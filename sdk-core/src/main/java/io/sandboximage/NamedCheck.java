package io.sandboximage;

/** A check and what it is called. */
record NamedCheck(String name, PipelineCheck check) {}
