package io.sandboximage.examples.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A group of commands that does nothing by itself. */
@Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
final class DaytonaCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private DaytonaCommand() {}

    /** {@code daytona} with all that is below it. */
    static CommandLine line(Terminal terminal) {
        return group("daytona", "Daytona's snapshots, registries and access.")
                .addSubcommand(group("snapshot", "Snapshots: what sandboxes start from.")
                        .addSubcommand(new DaytonaPushCommand(terminal))
                        .addSubcommand("create", new DaytonaMakeCommand(terminal, DaytonaMakeCommand.Verb.CREATE))
                        .addSubcommand("ensure", new DaytonaMakeCommand(terminal, DaytonaMakeCommand.Verb.ENSURE))
                        .addSubcommand("replace", new DaytonaMakeCommand(terminal, DaytonaMakeCommand.Verb.REPLACE))
                        .addSubcommand(new DaytonaVersionCommands.Current(terminal))
                        .addSubcommand(new DaytonaVersionCommands.Rollback(terminal))
                        .addSubcommand(new DaytonaVersionCommands.Prune(terminal))
                        .addSubcommand(new DaytonaSnapshotCommands.ListAll(terminal))
                        .addSubcommand(new DaytonaSnapshotCommands.Get(terminal))
                        .addSubcommand(new DaytonaSnapshotCommands.Delete(terminal))
                        .addSubcommand(new DaytonaSnapshotCommands.Activate(terminal))
                        .addSubcommand(new DaytonaSnapshotCommands.Deactivate(terminal))
                        .addSubcommand(new DaytonaSnapshotCommands.Logs(terminal)))
                .addSubcommand(group("registry", "Registries that Daytona pulls from.")
                        .addSubcommand(new DaytonaRegistryCommands.ListAll(terminal))
                        .addSubcommand(new DaytonaRegistryCommands.Get(terminal))
                        .addSubcommand(new DaytonaRegistryCommands.Create(terminal))
                        .addSubcommand(new DaytonaRegistryCommands.Update(terminal))
                        .addSubcommand(new DaytonaRegistryCommands.Ensure(terminal))
                        .addSubcommand(new DaytonaRegistryCommands.EnsureDepot(terminal))
                        .addSubcommand(new DaytonaRegistryCommands.Delete(terminal)))
                .addSubcommand(new DaytonaDoctorCommand(terminal));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    private static CommandLine group(String name, String description) {
        CommandLine line = new CommandLine(new DaytonaCommand());
        line.getCommandSpec().name(name).usageMessage().description(description);
        return line;
    }
}
