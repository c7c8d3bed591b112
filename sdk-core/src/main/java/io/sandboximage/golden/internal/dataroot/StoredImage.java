package io.sandboximage.golden.internal.dataroot;

import io.sandboximage.image.Digest;

/** An image by the name, or for want of one the ID, that a store has it under. */
public record StoredImage(String name, Digest id) {}
