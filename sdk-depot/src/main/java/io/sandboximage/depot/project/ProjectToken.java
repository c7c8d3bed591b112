package io.sandboximage.depot.project;

/** A token of a project, which its secret does not tell: it was shown once. */
public record ProjectToken(String id, String description) {}
