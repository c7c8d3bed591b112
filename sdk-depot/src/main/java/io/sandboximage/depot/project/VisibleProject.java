package io.sandboximage.depot.project;

/** A project as the list of a user shows it: those of all organizations that the user is in. */
public record VisibleProject(String id, String name, String organizationId, String organizationName) {}
