// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import org.instar.nat64d.bindinglog.WhoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The nat64ctl command. */
@Command(name = "nat64ctl", mixinStandardHelpOptions = true, version = "nat64ctl 0.1.0",
        description = "Tools around nat64d that need neither a network nor privileges.",
        subcommands = {CheckCommand.class, WhoCommand.class, FixedPortsCommand.class},
        synopsisSubcommandLabel = "COMMAND")
public final class Nat64Ctl {

    private Nat64Ctl() {
    }

    /** Ends with 0 when all is well, 1 when a case differs, 2 when it can't be run or the command line is wrong. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Nat64Ctl());
    }
}
