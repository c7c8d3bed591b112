/** A service that runs pipelines for others over HTTP: what embedding the SDK looks like. */
@NullMarked
package io.sandboximage.examples.service;

import org.jspecify.annotations.NullMarked;
