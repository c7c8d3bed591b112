/** Certificates and keys from PEM text. */
@NullMarked
package io.sandboximage.internal.tls;

import org.jspecify.annotations.NullMarked;
