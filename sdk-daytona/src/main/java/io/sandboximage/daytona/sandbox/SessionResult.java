package io.sandboximage.daytona.sandbox;

/**
 * What a command of a session did.
 *
 * @param exitCode as its shell saw it
 * @param output standard output
 * @param errors standard error
 */
public record SessionResult(int exitCode, String output, String errors) {}
