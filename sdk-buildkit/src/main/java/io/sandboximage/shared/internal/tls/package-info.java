/** Certificates of our own for mutual TLS: made, kept in files, and renewed in time. */
@NullMarked
package io.sandboximage.shared.internal.tls;

import org.jspecify.annotations.NullMarked;
