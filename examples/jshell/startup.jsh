// Loaded by bin/sdk-shell after JShell's own defaults.
import io.sandboximage.*
import io.sandboximage.assemble.*
import io.sandboximage.error.*
import io.sandboximage.examples.*
import io.sandboximage.ext4.*
import io.sandboximage.git.*
import io.sandboximage.golden.*
import io.sandboximage.image.*
import io.sandboximage.layout.*
import io.sandboximage.progress.*
import io.sandboximage.record.*
import io.sandboximage.registry.*
import io.sandboximage.registry.server.*
import io.sandboximage.rootfs.*
import io.sandboximage.store.*
import static io.sandboximage.examples.Shell.*
