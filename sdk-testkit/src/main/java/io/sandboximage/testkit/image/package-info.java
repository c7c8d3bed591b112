/** Images to test with, and comparison of what was made of them. */
@NullMarked
package io.sandboximage.testkit.image;

import org.jspecify.annotations.NullMarked;
