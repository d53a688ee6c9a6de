// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nat64ctl check}. */
@Command(name = "check", mixinStandardHelpOptions = true,
        description = "Translates each case's in.pcap under its config.yaml into its out.pcap, and compares the packets"
                + " and counters with its expected.pcap and expected-counters.yaml.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:all cases are as expected", "1:a case differs", "2:a case can't be run"})
final class CheckCommand implements Callable<Integer> {

    static final long DEFAULT_SEED = 6146;

    private static final int DIFFERENT = 1;
    private static final int BROKEN = 2;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "CASE_DIR", description = "folders of cases")
    private List<Path> folders;

    @Option(names = "--seed", defaultValue = "" + DEFAULT_SEED, paramLabel = "NUMBER",
            description = "where the random choice of ports begins (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = {"-r", "--write"},
            description = "write expected.pcap and expected-counters.yaml anew instead of comparing")
    private boolean write;

    @Override
    public Integer call() {
        int exitCode = 0;
        for (Path folder : folders) {
            exitCode = Math.max(exitCode, check(new CheckCase(folder)));
        }
        return exitCode;
    }

    private int check(CheckCase checkCase) {
        PrintWriter out = spec.commandLine().getOut();
        try {
            CheckRun run = OfflineTranslator.run(checkCase.config(), checkCase.input(), seed);
            PcapWriter.write(checkCase.output(), run.packets());
            out.println(checkCase.folder() + ": " + run.packets().size() + " packets left");
            run.counters().forEach((name, value) -> {
                if (value != 0) {
                    out.println("  " + name + ": " + value);
                }
            });
            if (write) {
                checkCase.writeExpected(run);
                return 0;
            }
            List<String> differences = CheckComparison.differences(checkCase, run);
            differences.forEach(difference -> out.println("  differs: " + difference));
            out.println(differences.isEmpty() ? "  as expected" : "  NOT as expected");
            return differences.isEmpty() ? 0 : DIFFERENT;
        } catch (CaseException e) {
            spec.commandLine().getErr().println("nat64ctl: " + e.getMessage());
            return BROKEN;
        } finally {
            out.flush();
            spec.commandLine().getErr().flush();
        }
    }
}
