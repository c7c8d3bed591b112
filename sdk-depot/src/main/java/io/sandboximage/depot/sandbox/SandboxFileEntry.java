package io.sandboximage.depot.sandbox;

/** An entry of a directory in a sandbox. */
public record SandboxFileEntry(String name, SandboxFileType type) {}
