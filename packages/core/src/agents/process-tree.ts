/**
 * A child and everything it started: on POSIX a process group of its own, which is signalled as a whole; on Windows
 * the child alone. A process that leaves its group on purpose (`setsid`, a daemon) is out of reach.
 *
 * Invariant: the groups that may still have members are known here, and are killed when this process exits.
 */
import type { Clock } from "../clock.ts";

/** Own groups exist only on POSIX. */
export const HAS_GROUPS: boolean = process.platform !== "win32";

const POLL_MS = 10;
/** After SIGKILL only the system's own bookkeeping is waited for; where nobody reaps orphans it never ends. */
const REAP_MS_MAX = 500;

const groups = new Set<number>();

/** Takes charge of the group that the process with this id leads. */
export function holdTree(leader: number): void {
  if (groups.size === 0) process.once("exit", killAll);
  groups.add(leader);
}

/** No member is left, or none that could be ended. */
export function releaseTree(leader: number): void {
  groups.delete(leader);
  if (groups.size === 0) process.off("exit", killAll);
}

/** Asks every process of the tree to end, and after `graceMs` ends those that did not. */
export async function stopTree(leader: number, graceMs: number, clock: Clock): Promise<void> {
  if (!signalTree(leader, "SIGTERM")) return;
  if (await goneWithin(leader, graceMs, clock)) return;
  signalTree(leader, "SIGKILL");
  await goneWithin(leader, REAP_MS_MAX, clock);
}

/** @returns whether there was a process to signal. */
function signalTree(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(HAS_GROUPS ? -leader : leader, signal);
  } catch {
    // ignore: no such process, or none that may be signalled; either way nothing more can be done here
    return false;
  }
}

async function goneWithin(leader: number, limitMs: number, clock: Clock): Promise<boolean> {
  const until = clock.monotonic() + limitMs;
  while (signalTree(leader, 0)) {
    if (clock.monotonic() >= until) return false;
    await new Promise<void>((resolve) => void clock.timer(POLL_MS, resolve));
  }
  return true;
}

function killAll(): void {
  for (const leader of groups) signalTree(leader, "SIGKILL");
}
