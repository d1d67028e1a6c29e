/**
 * A PostgreSQL cluster of its own in a folder of its own, reachable through a socket in that folder only. Its durability
 * is untouched: fsync, full_page_writes and synchronous_commit stay on.
 */
import { spawnSync } from "node:child_process";
import { chownSync, existsSync, readdirSync, realpathSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname, join } from "node:path";
import {
  findProgram,
  MissingServer,
  programVersion,
  startServer,
  type Owner,
  type Server,
} from "./server.ts";

export interface Postgres {
  readonly url: string;
  readonly version: string;
  readonly server: Server;
}

const USER = "reeve";

/** Sizes for a server with room; all else is PostgreSQL's default. */
function settings(folder: string): Readonly<Record<string, string>> {
  return {
    // The client is on the same machine, so no network: https://www.postgresql.org/docs/15/runtime-config-connection.html
    listen_addresses: "",
    unix_socket_directories: folder,
    // "a reasonable starting value for shared_buffers is 25% of the memory":
    // https://www.postgresql.org/docs/15/runtime-config-resource.html#GUC-SHARED-BUFFERS
    shared_buffers: `${Math.round(totalmem() / 2 ** 20 / 4)}MB`,
    // No checkpoint for want of log space within the bench: https://www.postgresql.org/docs/15/wal-configuration.html
    max_wal_size: "8GB",
    fsync: "on",
    full_page_writes: "on",
    synchronous_commit: "on",
  };
}

/** Makes and starts a cluster in `folder`. */
export async function openPostgres(folder: string): Promise<Postgres> {
  const programs = programFolder();
  const owner = process.getuid?.() === 0 ? systemUser() : undefined;
  if (owner) chownSync(folder, owner.uid, owner.gid);
  const cluster = join(folder, "cluster");
  const made = spawnSync(
    join(programs, "initdb"),
    ["-D", cluster, "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-locale"],
    { encoding: "utf8", ...owner },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.error?.message ?? made.stderr}`);
  const program = join(programs, "postgres");
  const server = await startServer({
    program,
    args: [
      "-D",
      cluster,
      ...Object.entries(settings(folder)).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    log: join(folder, "postgres.log"),
    owner,
    // Fast and immediate shutdown: https://www.postgresql.org/docs/15/server-shutdown.html
    stopSignal: "SIGINT",
    killSignal: "SIGQUIT",
    answers: async () => {
      const { status } = spawnSync(join(programs, "pg_isready"), ["-h", folder, "-U", USER]);
      if (status !== 0) throw new Error(`pg_isready says ${status}`);
    },
  });
  const url = `postgresql://${USER}@localhost/bench?host=${encodeURIComponent(folder)}`;
  return { url, version: programVersion(program), server };
}

/** Debian keeps the server's programs out of the PATH, in a folder per version; the newest wins. */
function programFolder(): string {
  const found = findProgram("postgres");
  if (found !== undefined) return dirname(realpathSync(found));
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folder = versions
    .map((version) => join(root, version, "bin"))
    .find((each) => existsSync(join(each, "postgres")));
  if (folder === undefined)
    throw new MissingServer("PostgreSQL is not installed: apt-get install postgresql");
  return folder;
}

/** PostgreSQL refuses to run as root; its package brings a user for it. */
function systemUser(): Owner {
  const [uid = Number.NaN, gid = Number.NaN] = ["-u", "-g"].map((which) => {
    const { status, stdout } = spawnSync("id", [which, "postgres"], { encoding: "utf8" });
    return status === 0 ? Number(stdout) : Number.NaN;
  });
  if (Number.isNaN(uid) || Number.isNaN(gid)) {
    throw new MissingServer(
      "PostgreSQL does not run as root, and there is no user postgres: apt-get install postgresql",
    );
  }
  return { uid, gid };
}
