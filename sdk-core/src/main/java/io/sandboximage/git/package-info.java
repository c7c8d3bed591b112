/** Git facts for names and tags, and commits as build contexts that depend on nothing but the commit. */
@NullMarked
package io.sandboximage.git;

import org.jspecify.annotations.NullMarked;
