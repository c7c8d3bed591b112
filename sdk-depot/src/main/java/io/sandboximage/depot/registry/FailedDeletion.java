package io.sandboximage.depot.registry;

/**
 * An image that was not deleted.
 *
 * @param image its digest or tag
 * @param code Depot's word for the reason
 */
public record FailedDeletion(String image, String code, String reason) {}
