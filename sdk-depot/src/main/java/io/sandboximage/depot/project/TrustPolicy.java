package io.sandboximage.depot.project;

/** Whom a project trusts. */
public record TrustPolicy(String id, TrustedCi ci) {}
