/** As much of S3 as build contexts need: signed requests, one object looked for and put. */
@NullMarked
package io.sandboximage.daytona.internal.s3;

import org.jspecify.annotations.NullMarked;
