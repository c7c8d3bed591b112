/** JSON trees that lose nothing: numbers keep their digits, members their order. */
@NullMarked
package io.sandboximage.internal.json;

import org.jspecify.annotations.NullMarked;
