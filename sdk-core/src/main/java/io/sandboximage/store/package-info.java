/** Moving images between stores: which blobs the far side lacks, and how they get there. */
@NullMarked
package io.sandboximage.store;

import org.jspecify.annotations.NullMarked;
