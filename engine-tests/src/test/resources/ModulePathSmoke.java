import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import java.nio.charset.StandardCharsets;

/** Started as a source file with sdk-core on the module path: the module resolves, and nothing of it is reached by class path. */
class ModulePathSmoke {
    public static void main(String[] arguments) {
        Module core = Digest.class.getModule();
        if (!core.isNamed() || core.getDescriptor().isAutomatic()) {
            throw new IllegalStateException(core + " is no module of its own");
        }
        if (core.isExported("io.sandboximage.internal.json")) {
            throw new IllegalStateException("The internals of " + core + " are open to all");
        }
        Digest digest = Digest.sha256("hello".getBytes(StandardCharsets.UTF_8));
        System.out.println(core.getName() + " on Java " + Runtime.version().feature() + ": " + digest + " "
                + ImageReference.parse("debian:12"));
    }
}
