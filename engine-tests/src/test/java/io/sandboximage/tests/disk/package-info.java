/** Images of disks against the tools that others read them with. */
@NullMarked
package io.sandboximage.tests.disk;

import org.jspecify.annotations.NullMarked;
