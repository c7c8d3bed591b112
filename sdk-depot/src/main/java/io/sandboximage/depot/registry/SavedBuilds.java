package io.sandboximage.depot.registry;

import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.proto.cli.BuildOptions;
import io.sandboximage.depot.internal.proto.cli.Command;
import io.sandboximage.depot.internal.proto.cli.GetPullInfoRequest;
import io.sandboximage.depot.internal.proto.cli.GetPullInfoResponse;
import io.sandboximage.depot.internal.proto.cli.GetPullTokenRequest;
import io.sandboximage.depot.internal.proto.cli.GetPullTokenResponse;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.ImageReference;
import java.util.List;
import java.util.Optional;

/** Where the images of builds are, and access to them. Thread-safe. */
final class SavedBuilds {
    private final DepotCalls calls;

    SavedBuilds(DepotCalls calls) {
        this.calls = calls;
    }

    /** @throws InvalidRequestException if the build saved nothing */
    PullAccess ofBuild(String buildId) {
        GetPullInfoResponse info = calls.call(
                "find the image of the build " + buildId,
                BuildMethods.PULL_INFO,
                GetPullInfoRequest.newBuilder().setBuildId(buildId).build());
        List<BuildOptions> options = info.getOptionsList();
        boolean saved =
                info.getSaveForLoad() || options.isEmpty() || options.stream().anyMatch(BuildOptions::getSave);
        if (!saved) {
            throw new InvalidRequestException(
                    "The build " + buildId + " was not saved: build with save to keep it in Depot's registry");
        }
        ImageReference named = ImageReference.parse(info.getReference());
        // The service knows better than the name which of its hosts serves this organization.
        String host = info.getRegistryHost().isEmpty() ? named.registry() : info.getRegistryHost();
        ImageReference reference = new ImageReference(host, named.repository(), named.tag(), named.digest());
        return new PullAccess(
                targets(reference, options), host, Credentials.basic(info.getUsername(), info.getPassword()));
    }

    private static List<SavedTarget> targets(ImageReference reference, List<BuildOptions> options) {
        boolean bake = options.stream().anyMatch(o -> o.getCommand() == Command.COMMAND_BAKE);
        if (!bake) {
            List<String> tags = options.isEmpty() ? List.of() : options.get(0).getTagsList();
            return List.of(new SavedTarget(Optional.empty(), reference, tags));
        }
        return options.stream()
                .map(o -> o.hasTargetName()
                        ? new SavedTarget(
                                Optional.of(o.getTargetName()),
                                reference.withTag(reference.tag().orElseThrow() + "-" + o.getTargetName()),
                                o.getTagsList())
                        : new SavedTarget(Optional.empty(), reference, o.getTagsList()))
                .toList();
    }

    PullAccess ofTag(String project, String tag) {
        PullToken token = token(project, "");
        ImageReference image = new ImageReference(token.registryHost(), project, Optional.of(tag), Optional.empty());
        return new PullAccess(
                List.of(new SavedTarget(Optional.empty(), image, List.of())),
                token.registryHost(),
                token.credentials());
    }

    /** Each of the two may be empty, but then it is sent as such. */
    PullToken token(String project, String buildId) {
        GetPullTokenResponse answer = calls.call(
                "get a pull token for " + (buildId.isEmpty() ? "the project " + project : "the build " + buildId),
                BuildMethods.PULL_TOKEN,
                GetPullTokenRequest.newBuilder()
                        .setProjectId(project)
                        .setBuildId(buildId)
                        .build());
        String host = answer.getRegistryHost().isEmpty() ? DepotReference.HOST : answer.getRegistryHost();
        return new PullToken(answer.getToken(), host);
    }

    /** What people write for an image, in any of four ways. */
    PullAccess find(String words, Optional<String> project) {
        if (words.isBlank()) {
            throw new InvalidRequestException("Name a build, a tag, PROJECT:TAG or an image in Depot's registry");
        }
        if (words.indexOf('/') >= 0) {
            DepotReference reference = DepotReference.parse(words);
            String repository = reference.image().repository();
            return ofTag(repository, reference.image().manifestKey());
        }
        int colon = words.indexOf(':');
        if (colon > 0) {
            return ofTag(words.substring(0, colon), words.substring(colon + 1));
        }
        try {
            return ofBuild(words);
        } catch (NotFoundException noBuild) {
            if (project.isEmpty()) {
                throw noBuild;
            }
            return ofTag(project.get(), words);
        }
    }
}
