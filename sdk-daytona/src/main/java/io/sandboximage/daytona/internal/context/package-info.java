/** Local files as the tar that Daytona's builder takes, the same bytes for the same files on every machine. */
@NullMarked
package io.sandboximage.daytona.internal.context;

import org.jspecify.annotations.NullMarked;
