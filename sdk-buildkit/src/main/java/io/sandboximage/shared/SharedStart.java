package io.sandboximage.shared;

import java.util.List;

/**
 * What {@link SharedBuildKit#up} did.
 *
 * @param started services that were not running, did not answer, or had another configuration
 */
public record SharedStart(List<SharedService> started, SharedStatus status) {
    public SharedStart {
        started = List.copyOf(started);
    }
}
