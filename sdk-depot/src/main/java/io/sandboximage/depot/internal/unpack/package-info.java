/** The program that makes an ext4 file of an image inside a sandbox. It uses the core and nothing else of this module. */
@NullMarked
package io.sandboximage.depot.internal.unpack;

import org.jspecify.annotations.NullMarked;
