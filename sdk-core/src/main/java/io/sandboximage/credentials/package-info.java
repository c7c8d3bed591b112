/** Who we are to a registry: docker's and podman's configuration files, credential helpers, environment, explicit values. */
@NullMarked
package io.sandboximage.credentials;

import org.jspecify.annotations.NullMarked;
