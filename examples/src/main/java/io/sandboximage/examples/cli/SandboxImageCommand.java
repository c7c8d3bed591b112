package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.examples.Place;
import io.sandboximage.image.Platform;
import java.io.PrintWriter;
import java.util.UUID;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The top of the command line. */
@Command(
        name = "sandbox-image",
        description = "Turns container images into something that a sandbox boots from.",
        mixinStandardHelpOptions = true,
        version = "sandbox-image 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:done", " 1:failed", " 2:wrong usage", " 130:cancelled"})
public final class SandboxImageCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private SandboxImageCommand() {
        this.spec = CommandSpec.create();
    }

    public static void main(String[] args) {
        Cancellation cancellation = Cancellation.onSignal();
        int code = run(Terminal.ofProcess(), args);
        ClassList.finish(code == ExitCode.DONE);
        cancellation.finish(code);
    }

    /** Runs one command line and gives its exit code. */
    static int run(Terminal terminal, String... args) {
        int code = line(terminal).execute(args);
        terminal.out().flush();
        return code;
    }

    /** All commands, before any is run. */
    static CommandLine line(Terminal terminal) {
        Errors errors = new Errors(terminal);
        return new CommandLine(new SandboxImageCommand())
                .addSubcommand(new QuickstartCommand(terminal))
                .addSubcommand(Ext4Command.line(terminal))
                .addSubcommand(new InspectCommand(terminal))
                .addSubcommand(new CopyCommand(terminal))
                .addSubcommand(new BuildCommand(terminal))
                .addSubcommand(new PipelineCommand(terminal))
                .addSubcommand(new ReportCommand(terminal))
                .addSubcommand(ComposeCliCommand.line(terminal))
                .addSubcommand(SharedCommands.of(terminal))
                .addSubcommand(SandboxCommands.of(terminal))
                .addSubcommand(GoldenCommands.of(terminal))
                .addSubcommand(DaytonaCommand.line(terminal))
                .addSubcommand(DepotCommand.line(terminal))
                .registerConverter(Place.class, usage(Place::parse))
                .registerConverter(Platform.class, usage(Platform::parse))
                .registerConverter(AddedFiles.class, usage(AddedFiles::parse))
                .registerConverter(DataSize.class, usage(DataSize::parse))
                .registerConverter(UUID.class, usage(SandboxImageCommand::uuid))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(false)
                .setOut(new PrintWriter(terminal.out(), true, terminal.charset()))
                .setErr(new PrintWriter(terminal.err(), true, terminal.charset()))
                .setParameterExceptionHandler(errors::usage)
                .setExecutionExceptionHandler(errors::failed);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(
                    "\"" + text + "\" is not a UUID, for instance 0b8a2c1e-5f3d-4e6a-9c7b-1d2e3f405162", e);
        }
    }

    private static <T> ITypeConverter<T> usage(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (InvalidRequestException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }
}
