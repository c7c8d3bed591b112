/** The ext4 writer and reader against e2fsprogs and the kernel. */
@NullMarked
package io.sandboximage.tests.ext4;

import org.jspecify.annotations.NullMarked;
