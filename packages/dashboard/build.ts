/**
 * Builds the browser application into packages/server/dashboard, from where it is served, and says what a first visit loads. Fails when that is more than
 * `FIRST_LOAD_BYTES_MAX`, so that the page stays quick on slow lines.
 *
 * `node packages/dashboard/build.ts` builds it; `--if-needed` only where a source is newer than what was built, before something
 * is started that works without it, too.
 */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const FIRST_LOAD_BYTES_MAX = 100_000;
const folder = import.meta.dirname;
const SERVED = join(folder, "..", "server", "dashboard");

/** What is built into a folder. */
export interface Built {
  readonly folder: string;
  /** Names of the files that a first visit to the overview loads. */
  readonly firstLoad: readonly string[];
  /** Of those, compressed as servers do. */
  readonly firstLoadBytes: number;
}

/** Builds into `into`, whose old content stays until the new one is whole: servers and tests may be reading it. */
export async function buildDashboard(into: string): Promise<Built> {
  const making = `${into}.${process.pid}`;
  // Only where it is needed: loading it takes longer than finding out that nothing is to be built.
  const { build } = await import("vite");
  await build({
    root: folder,
    configFile: join(folder, "vite.config.ts"),
    logLevel: "warn",
    build: { outDir: making, emptyOutDir: true },
  });
  rmSync(into, { recursive: true, force: true });
  renameSync(making, into);
  const page = readFileSync(join(into, "index.html"), "utf8");
  const named = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1] ?? "");
  const firstLoad = ["index.html", ...named];
  const firstLoadBytes = firstLoad.reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(into, name))).length,
    0,
  );
  return { folder: into, firstLoad, firstLoadBytes };
}

/** Whether the first visit is small enough. */
export function isSmallEnough({ firstLoadBytes }: Built): boolean {
  return firstLoadBytes <= FIRST_LOAD_BYTES_MAX;
}

/** Builds what servers of this repository serve, unless no source is newer than that. */
export async function ensureDashboard(): Promise<Built | undefined> {
  return isBuilt(SERVED) ? undefined : buildDashboard(SERVED);
}

function isBuilt(into: string): boolean {
  const page = join(into, "index.html");
  if (!existsSync(page)) return false;
  const builtAt = statSync(page).mtimeMs;
  const sources = ["src", "public"].flatMap((name) =>
    readdirSync(join(folder, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return [...sources, join(folder, "index.html")].every((source) => statSync(source).mtimeMs <= builtAt);
}

if (import.meta.main) {
  if (process.argv.includes("--if-needed")) await buildForServers();
  else if (!isSmallEnough(tell(await buildDashboard(SERVED)))) process.exitCode = 1;
}

/** What is started after it works without pages, too, so that a build that fails holds up nothing. */
async function buildForServers(): Promise<void> {
  if (isBuilt(SERVED)) return;
  process.stderr.write("Building the dashboard, as it is missing or older than its sources\n");
  try {
    tell(await buildDashboard(SERVED));
  } catch (error) {
    // ignore: the server says on its first page what is missing
    process.stderr.write(`The dashboard was not built: ${String(error)}\n`);
  }
}

function tell(built: Built): Built {
  const size = (built.firstLoadBytes / 1_000).toFixed(1);
  process.stdout.write(
    `dashboard: first load ${size} kB gzipped, at most ${FIRST_LOAD_BYTES_MAX / 1_000} kB\n`,
  );
  return built;
}
