/** Images made into what Depot's sandboxes boot from, or into ext4 files: there in a sandbox, or here. */
@NullMarked
package io.sandboximage.depot.snapshot;

import org.jspecify.annotations.NullMarked;
