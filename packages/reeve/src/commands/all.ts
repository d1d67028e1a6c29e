/** Every command, in the order of the help. */
import type { Command } from "../command-line/command.ts";
import { cancelCommand } from "./cancel.ts";
import { doctorCommand } from "./doctor.ts";
import { eventsCommand } from "./events.ts";
import { initCommand } from "./init.ts";
import { resumeCommand } from "./resume.ts";
import { runCommand } from "./run.ts";
import { runsCommand } from "./runs.ts";
import { showCommand } from "./show.ts";
import { signalCommand } from "./signal.ts";

export const COMMANDS: readonly Command[] = [
  runCommand,
  resumeCommand,
  runsCommand,
  showCommand,
  eventsCommand,
  cancelCommand,
  signalCommand,
  initCommand,
  doctorCommand,
];
