/**
 * Client of the OCI distribution specification: images from and to registries. Blobs go first, then manifests, then tags, because
 * a registry refuses a manifest whose blobs it lacks.
 */
@NullMarked
package io.sandboximage.registry;

import org.jspecify.annotations.NullMarked;
