/**
 * `npm run soak -- [--minutes N] [--seed N] [--dir FOLDER] [--json]`: a log under attack and a process under steady
 * load, both at full load, and a judgement of what they leave. Ends with 1 where something is missed.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { reportOf } from "./report.ts";
import { soak } from "./soak.ts";

const SEEDS = 1_000_000;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Math.floor(Math.random() * SEEDS)) },
    dir: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) {
  process.stderr.write("usage: npm run soak -- [--minutes N] [--seed N] [--dir FOLDER] [--json]\n");
  process.exit(2);
}
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const folder = values.dir ?? mkdtempSync(join(tmpdir(), "reeve-soak-"));
mkdirSync(folder, { recursive: true });
if (readdirSync(folder).length > 0) {
  process.stderr.write(
    `soak: ${folder} is not empty; what an earlier soak left would be judged with this one\n`,
  );
  process.exit(2);
}
say(`seed ${seed}, ${minutes} minute(s), in ${folder}`);
const soaked = await soak({ folder, seed, minutes, say });
const { text, isMet } = reportOf(soaked);
process.stdout.write(values.json ? `${JSON.stringify({ ...soaked, isMet })}\n` : `${text}\n`);
if (!isMet) say(`the files are in ${folder}`);
else if (values.dir === undefined) rmSync(folder, { recursive: true });
process.exitCode = isMet ? 0 : 1;
