/** Disks in real registries. */
@NullMarked
package io.sandboximage.tests.artifact;

import org.jspecify.annotations.NullMarked;
