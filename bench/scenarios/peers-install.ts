/** Installs what the comparison needs beside Reeve, once: it is no part of the normal installation. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

export const peersFolder: string = fileURLToPath(new URL("../peers", import.meta.url));

/** Runs `npm ci` in bench/peers when nothing is installed there, or something older than its lock file. */
export function installPeers(): void {
  if (isInstalled()) return;
  process.stderr.write("Installing Restate, DBOS and BullMQ into bench/peers (npm ci, about 250 MB) …\n");
  // Without install scripts: none of these packages needs one to run.
  const { status, error } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: peersFolder,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  const reason = error?.message ?? `it ended with ${status}`;
  throw new Error(
    `npm ci in bench/peers failed (${reason}); without the network, run the bench without --peers`,
  );
}

function isInstalled(): boolean {
  const installed = join(peersFolder, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  return statSync(installed).mtimeMs >= statSync(join(peersFolder, "package-lock.json")).mtimeMs;
}
