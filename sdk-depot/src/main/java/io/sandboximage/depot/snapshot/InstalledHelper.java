package io.sandboximage.depot.snapshot;

import io.sandboximage.depot.sandbox.SandboxCommand;
import java.util.ArrayList;
import java.util.List;

/**
 * A helper that is in a sandbox.
 *
 * @param command what to run it by, before its arguments
 * @param own whether it is this SDK's, which understands archives and pushes
 */
record InstalledHelper(List<String> command, boolean own) {
    SandboxCommand with(List<String> arguments) {
        List<String> all = new ArrayList<>(command.subList(1, command.size()));
        all.addAll(arguments);
        return SandboxCommand.of(command.get(0), all.toArray(new String[0]));
    }
}
