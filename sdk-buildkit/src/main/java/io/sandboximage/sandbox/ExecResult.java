package io.sandboximage.sandbox;

/**
 * What a program did.
 *
 * @param exitCode 127 or 126, as of a shell, where there was no such program or it could not be run; the reason is in the output
 * @param output what it wrote, as UTF-8
 * @param errors what it wrote to its standard error
 */
public record ExecResult(int exitCode, String output, String errors) {}
