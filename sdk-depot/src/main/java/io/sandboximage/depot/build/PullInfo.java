package io.sandboximage.depot.build;

import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.proto.cli.GetPullInfoRequest;
import io.sandboximage.depot.internal.proto.cli.GetPullInfoResponse;
import io.sandboximage.image.ImageReference;

/** Where a saved image is pulled from, and as whom. */
record PullInfo(ImageReference reference, CredentialProvider credentials) {
    static PullInfo of(DepotCalls calls, String buildId) {
        GetPullInfoResponse answer = calls.call(
                "ask where to pull the build " + buildId + " from",
                BuildMethods.PULL_INFO,
                GetPullInfoRequest.newBuilder().setBuildId(buildId).build());
        ImageReference reference = ImageReference.parse(answer.getReference());
        if (!answer.getRegistryHost().isEmpty()) {
            // The host that counts, whatever the reference says.
            reference = ImageReference.parse(answer.getRegistryHost() + "/" + reference.repository() + ":"
                    + reference.tag().orElse(buildId));
        }
        return new PullInfo(
                reference,
                CredentialProvider.of(
                        reference.registry(), Credentials.basic(answer.getUsername(), answer.getPassword())));
    }
}
