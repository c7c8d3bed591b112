package io.sandboximage.examples.cli;

import picocli.CommandLine;

/** {@code depot …}: what Depot has besides builds, which {@code build --builder depot} makes. */
final class DepotCommand {
    private DepotCommand() {}

    static CommandLine line(Terminal terminal) {
        return CommandGroup.of("depot", "Depot's projects, images, access and sandboxes.")
                .addSubcommand(new DepotLoginCommands.Login(terminal))
                .addSubcommand(new DepotLoginCommands.Logout(terminal))
                .addSubcommand(new DepotLoginCommands.Init(terminal))
                .addSubcommand(new DepotOverviewCommands.Organizations(terminal))
                .addSubcommand(new DepotOverviewCommands.Builds(terminal))
                .addSubcommand(new DepotOverviewCommands.Usage(terminal))
                .addSubcommand(DepotProjectCommands.of(terminal))
                .addSubcommand(DepotTrustCommands.of(terminal))
                .addSubcommand(DepotTokenCommands.of(terminal))
                .addSubcommand(DepotImageCommands.of(terminal))
                .addSubcommand(new DepotImageCommands.PullToken(terminal))
                .addSubcommand(new DepotPullCommand(terminal))
                .addSubcommand(new DepotPushCommand(terminal))
                .addSubcommand(DepotRepositoryCommands.of(terminal))
                .addSubcommand(DepotRegistryTokenCommands.of(terminal))
                .addSubcommand(DepotSandboxCommands.of(terminal))
                .addSubcommand(new DepotSnapshotCommand(terminal));
    }
}
