/** Images by name, whatever store they are in: {@code oci:DIR:TAG}, {@code docker://NAME} and their like. */
@NullMarked
package io.sandboximage.transport;

import org.jspecify.annotations.NullMarked;
