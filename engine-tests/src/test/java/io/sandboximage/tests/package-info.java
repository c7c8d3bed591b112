/** What tests of several modules measure by. */
@NullMarked
package io.sandboximage.tests;

import org.jspecify.annotations.NullMarked;
