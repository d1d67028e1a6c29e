/** One call of a command: its words and options read, and what it may not be called with refused. */
import { refuseServer } from "../access/refuse-server.ts";
import type { Call, Command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";
import { commandHelp } from "./help.ts";
import { parseCall } from "./parse-call.ts";

/**
 * @returns the exit code
 * @throws CommandError, and whatever the command throws
 */
export async function callCommand(
  command: Command,
  args: readonly string[],
  place: Omit<Call, "given">,
): Promise<number> {
  const call: Call = { ...place, given: parseCall(command, args) };
  if (call.given.flag("help")) {
    const { out } = call.terminal;
    out.line(commandHelp(command, out));
    return EXIT.ok;
  }
  refuseServer(command, call);
  return command.run(call);
}
