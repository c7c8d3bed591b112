package io.sandboximage.error;

/**
 * An error as a server reported it.
 *
 * @param status HTTP status, or the gRPC status code for gRPC services
 * @param code the service's own error code, for instance {@code MANIFEST_UNKNOWN}; empty if it gave none
 * @param message the service's own words, capped and stripped of secrets; empty if it gave none
 */
public record RemoteError(int status, String code, String message) {}
