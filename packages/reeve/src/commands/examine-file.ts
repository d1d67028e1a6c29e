/**
 * What the file system says of a log. Looks by `stat` only: a descriptor of the log that this process opened and
 * closed would free the locks that SQLite holds on it.
 */
import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { good, messageOf, problem, warning, type Finding } from "./finding.ts";

const MEBIBYTE = 1_024 * 1_024;
/** Below this much free space a busy log soon pauses its runs. */
const FREE_BYTES_MIN = 200 * MEBIBYTE;
/** A write-ahead log this long is not being checkpointed. */
const WAL_BYTES_MAX = 256 * MEBIBYTE;
const ANYBODY_ELSE = 0o077;

/** Findings about the file of a log, which may not exist yet. */
export function examineFile(name: string): Finding[] {
  const file = resolve(name);
  const folder = dirname(file);
  if (!existsSync(folder)) return [problem(`there is no folder ${folder} for the log`, `mkdir -p ${folder}`)];
  const findings: Finding[] = [];
  if (!isWritable(folder)) {
    findings.push(
      problem(
        `the folder ${folder} can't be written to`,
        "SQLite makes files beside the log: give this user the right to write there",
      ),
    );
  }
  if (existsSync(file)) findings.push(...examineExisting(file));
  findings.push(examineSpace(folder));
  return findings;
}

function examineExisting(file: string): Finding[] {
  const findings: Finding[] = [];
  const { size, mode } = statSync(file);
  if (!isWritable(file))
    findings.push(
      problem(`${file} can't be written to`, `chmod u+w ${file}, or run as the user that owns it`),
    );
  else findings.push(good(`log ${file}, ${mebibytes(size)}`));
  if (process.platform !== "win32" && (mode & ANYBODY_ELSE) !== 0) {
    findings.push(warning(`${file} can be read by other users`, `chmod 600 ${file}`));
  }
  const wal = statSync(`${file}-wal`, { throwIfNoEntry: false });
  if (wal && wal.size > WAL_BYTES_MAX) {
    findings.push(
      warning(
        `${file}-wal has ${mebibytes(wal.size)}`,
        "a process that reads for long holds it back: end it, then restart the owner",
      ),
    );
  }
  return findings;
}

function examineSpace(folder: string): Finding {
  try {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    if (free >= FREE_BYTES_MIN) return good(`${mebibytes(free)} free for the log`);
    return problem(
      `only ${mebibytes(free)} are free for the log`,
      "make room: runs pause when the disk is full, and go on when there is room again",
    );
  } catch (error) {
    return warning(`free space can't be measured: ${messageOf(error)}`, `look at it yourself: df ${folder}`);
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function mebibytes(bytes: number): string {
  return bytes < MEBIBYTE
    ? `${Math.ceil(bytes / 1_024)} KiB`
    : `${Math.round(bytes / MEBIBYTE).toLocaleString("en")} MiB`;
}
