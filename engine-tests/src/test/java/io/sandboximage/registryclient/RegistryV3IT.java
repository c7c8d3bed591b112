package io.sandboximage.registryclient;

import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;

/** Against distribution 3. */
@RequiresEngine(Engine.REGISTRY_V3)
class RegistryV3IT extends RegistryContract {
    RegistryV3IT() {
        super(Engine.REGISTRY_V3);
    }
}
