package io.sandboximage.daytona.sandbox;

/**
 * What a command did.
 *
 * @param exitCode −1 if it could not be started
 * @param output standard output and error, mixed
 */
public record ExecResult(int exitCode, String output) {}
