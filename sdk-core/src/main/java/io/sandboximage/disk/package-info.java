/** Images of disks as bytes: where they are read from, their compressed form, and hash trees over them. */
@NullMarked
package io.sandboximage.disk;

import org.jspecify.annotations.NullMarked;
