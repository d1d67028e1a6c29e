/** One soak: both processes under load at the same time, then the judgement of what they left. */
import { copyFileSync, createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { verifyFile } from "reeve";
import { attack, type Attacked } from "./attack.ts";
import { soakFiles, type SoakFiles } from "./folder.ts";
import { Judge, type Counts } from "./judge.ts";
import { leftRuns } from "./left-run.ts";
import { isCall, readLine } from "./side-files.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";
import { runSteady, type SteadySample } from "./steady.ts";

export interface SoakOptions {
  readonly folder: string;
  readonly seed: number;
  readonly minutes: number;
  /** Told how far it is. */
  readonly say: (line: string) => void;
}

export interface Soaked {
  readonly seed: number;
  readonly minutes: number;
  readonly attacked: Attacked;
  /** Why there were no disk-full episodes. */
  readonly noDisk: string | undefined;
  readonly counts: Counts;
  readonly refusals: { readonly [what: string]: number };
  readonly faults: readonly string[];
  /** What is wrong with the two files. */
  readonly damage: readonly string[];
  readonly samples: readonly SteadySample[];
}

/** Many times what the retention keeps, so that only the ballast fills it. */
const DISK_BYTES = 768 * 1_048_576;
const STEADY_RUNS_AT_ONCE = 64;
const STEADY_RETENTION_MS = 10_000;
const SAMPLE_MS = 20_000;

export async function soak({ folder, seed, minutes, say }: SoakOptions): Promise<Soaked> {
  const { disk, noDisk } = smallDisk();
  if (noDisk !== undefined) say(`no disk-full episodes: ${noDisk}`);
  const unmount = (): void => disk?.[Symbol.dispose]();
  // An interrupted soak must not leave a disk mounted.
  process.once("exit", unmount);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  try {
    const files = soakFiles(folder, disk?.folder ?? folder);
    const [attacked, samples] = await Promise.all([
      attack({ files, seed, minutes, disk }),
      runSteady({
        file: files.steadyLog,
        minutes,
        runsAtOnce: STEADY_RUNS_AT_ONCE,
        sampleMs: Math.min(SAMPLE_MS, (minutes * 60_000) / 5),
        retentionMs: STEADY_RETENTION_MS,
      }),
    ]);
    say("judging");
    const damage = [...(await damageOf(files.log)), ...(await damageOf(files.steadyLog))];
    const judge = await judgeAll(files);
    const faults = [...attacked.faults, ...judge.faults()];
    if (faults.length + damage.length > 0) keepLog(files, folder);
    const { counts } = judge;
    const refusals = Object.fromEntries(judge.refusals);
    return { seed, minutes, attacked, noDisk, counts, refusals, faults, damage, samples };
  } finally {
    process.off("exit", unmount);
    unmount();
  }
}

function smallDisk(): { readonly disk: SmallDisk | undefined; readonly noDisk: string | undefined } {
  try {
    return { disk: mountSmallDisk(DISK_BYTES), noDisk: undefined };
  } catch (error) {
    return { disk: undefined, noDisk: error instanceof Error ? error.message : String(error) };
  }
}

async function damageOf(file: string): Promise<readonly string[]> {
  return (await verifyFile(file)).problems.map(({ what }) => `${file}: ${what}`);
}

async function judgeAll(files: SoakFiles): Promise<Judge> {
  const judge = new Judge();
  for (const file of [files.ledger, files.calls]) {
    for await (const text of createInterface({ input: createReadStream(file) })) {
      const line = readLine(text);
      if (!line) continue;
      if (isCall(line)) judge.readCall(line);
      else judge.readLedger(line);
    }
  }
  for await (const run of leftRuns(files)) judge.judgeRun(run);
  return judge;
}

/** The small disk goes away with the soak; what is wrong in it is to be looked at. */
function keepLog({ log }: SoakFiles, folder: string): void {
  for (const suffix of ["", "-wal"]) {
    const kept = join(folder, `attacked.db${suffix}`);
    if (existsSync(log + suffix) && log + suffix !== kept) copyFileSync(log + suffix, kept);
  }
}
