/** Every command, in the order of the help. */
import type { Command } from "../command-line/command.ts";
import { agentsCommand } from "./agents.ts";
import { alertsCommand } from "./alerts.ts";
import { auditCommand } from "./audit.ts";
import { backupCommand } from "./backup.ts";
import { bulkCommand } from "./bulk.ts";
import { cancelCommand } from "./cancel.ts";
import { chooseCommand } from "./choose.ts";
import { confidenceCommand } from "./confidence.ts";
import { configCommand } from "./config.ts";
import { contextsCommand } from "./contexts.ts";
import { delegateCommand } from "./delegate.ts";
import { doctorCommand } from "./doctor.ts";
import { eventsCommand } from "./events.ts";
import { feedbackCommand } from "./feedback.ts";
import { forkCommand } from "./fork.ts";
import { healthCommand } from "./health.ts";
import { initCommand } from "./init.ts";
import { linkCommand } from "./link.ts";
import { metricsCommand } from "./metrics.ts";
import { patternsCommand } from "./patterns.ts";
import { pauseCommand } from "./pause.ts";
import { queuesCommand } from "./queues.ts";
import { registryCommand } from "./registry.ts";
import { reportCommand } from "./report.ts";
import { restoreCommand } from "./restore.ts";
import { resumeCommand } from "./resume.ts";
import { retryCommand } from "./retry.ts";
import { runCommand } from "./run.ts";
import { runsCommand } from "./runs.ts";
import { scheduleCommand } from "./schedule.ts";
import { schedulesCommand } from "./schedules.ts";
import { showCommand } from "./show.ts";
import { signalCommand } from "./signal.ts";
import { silenceCommand } from "./silence.ts";
import { unsilenceCommand } from "./unsilence.ts";
import { tokenCommand } from "./token.ts";
import { upCommand } from "./up.ts";
import { unscheduleCommand } from "./unschedule.ts";
import { verifyCommand } from "./verify.ts";

export const COMMANDS: readonly Command[] = [
  upCommand,
  linkCommand,
  runCommand,
  delegateCommand,
  resumeCommand,
  retryCommand,
  forkCommand,
  runsCommand,
  showCommand,
  reportCommand,
  patternsCommand,
  registryCommand,
  contextsCommand,
  chooseCommand,
  confidenceCommand,
  eventsCommand,
  cancelCommand,
  signalCommand,
  feedbackCommand,
  pauseCommand,
  bulkCommand,
  agentsCommand,
  queuesCommand,
  healthCommand,
  alertsCommand,
  silenceCommand,
  unsilenceCommand,
  auditCommand,
  schedulesCommand,
  scheduleCommand,
  unscheduleCommand,
  backupCommand,
  restoreCommand,
  verifyCommand,
  tokenCommand,
  metricsCommand,
  configCommand,
  initCommand,
  doctorCommand,
];
