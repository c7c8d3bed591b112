package io.sandboximage.registryclient;

import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;

/** Against distribution 2.8, as Debian packages it. */
@RequiresEngine(Engine.DOCKER_REGISTRY)
class DockerRegistryIT extends RegistryContract {
    DockerRegistryIT() {
        super(Engine.DOCKER_REGISTRY);
    }
}
