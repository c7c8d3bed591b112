/** What teams script around sandbox images, as programs: one short class for each script. */
@NullMarked
package io.sandboximage.examples.workflow;

import org.jspecify.annotations.NullMarked;
