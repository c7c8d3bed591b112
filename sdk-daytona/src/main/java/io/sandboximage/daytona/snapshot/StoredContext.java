package io.sandboximage.daytona.snapshot;

/**
 * A build context in the object storage.
 *
 * @param hash its name there, which depends on its content alone
 * @param uploaded false if it was there already
 */
public record StoredContext(String hash, long sizeBytes, boolean uploaded) {}
