package io.sandboximage.depot.build;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.error.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to become of a build. Immutable, each step gives a new value; without any step the result only stays in the cache.
 *
 * @param tags names of the image, {@code repository:tag}
 * @param push whether the image goes to the tags' registries
 * @param save whether it stays in Depot's registry
 * @param saveTags more names there, besides the build's id
 * @param engine where it is loaded
 * @param export anything else to make of the result, instead of an image
 */
public record DepotOutput(
        List<String> tags,
        boolean push,
        boolean save,
        List<String> saveTags,
        Optional<DockerEngine> engine,
        Optional<BuildExport> export) {
    public DepotOutput {
        tags = List.copyOf(tags);
        saveTags = List.copyOf(saveTags);
        if (push && tags.isEmpty()) {
            throw new InvalidRequestException("A build that is pushed needs a tag that says where to");
        }
        if (export.isPresent() && (push || save || engine.isPresent())) {
            throw new InvalidRequestException(
                    "A build that is exported as \"" + export.get().type()
                            + "\" cannot also be pushed, saved or loaded: build twice, the second is cached");
        }
    }

    /** Nothing yet. */
    public static DepotOutput none() {
        return new DepotOutput(List.of(), false, false, List.of(), Optional.empty(), Optional.empty());
    }

    public DepotOutput tag(String name) {
        List<String> more = new ArrayList<>(tags);
        more.add(name);
        return new DepotOutput(more, push, save, saveTags, engine, export);
    }

    /** To the registries of the tags, from the builder. */
    public DepotOutput pushed() {
        return new DepotOutput(tags, true, save, saveTags, engine, export);
    }

    /** Into Depot's registry. */
    public DepotOutput saved() {
        return new DepotOutput(tags, push, true, saveTags, engine, export);
    }

    /** Into Depot's registry under one more tag. */
    public DepotOutput savedAs(String tag) {
        List<String> more = new ArrayList<>(saveTags);
        more.add(tag);
        return new DepotOutput(tags, push, true, more, engine, export);
    }

    /** Into a Docker engine, which gets the layers that it lacks. */
    public DepotOutput loadedInto(DockerEngine newEngine) {
        return new DepotOutput(tags, push, save, saveTags, Optional.of(newEngine), export);
    }

    /** As files, a tar or a layout here. */
    public DepotOutput exported(BuildExport newExport) {
        return new DepotOutput(tags, push, save, saveTags, engine, Optional.of(newExport));
    }
}
