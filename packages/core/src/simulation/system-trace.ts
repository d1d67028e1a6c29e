/**
 * Traces the system calls of a process with strace, and replays them: which bytes of which file were on disk when.
 *
 * A file is on disk as it was at its last sync; what was written since is counted as lost, which is the worst that a
 * power cut may do to it short of tearing a write.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One traced call. */
export type SystemCall =
  | {
      readonly call: "write";
      readonly file: string;
      readonly bytes: Buffer;
      readonly offset: number | undefined;
    }
  | { readonly call: "truncate"; readonly file: string; readonly size: number }
  | { readonly call: "sync"; readonly file: string }
  | { readonly call: "rename"; readonly file: string; readonly to: string };

/** Whether strace is installed and may trace. */
export function canTrace(): boolean {
  return spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;
}

/**
 * Runs node with `args` and gives the calls on files below `folder`, of all threads, in the order of time: a sync counts
 * from its end, all others from their beginning.
 * @throws Error when the process fails, or a call on those files does.
 */
export function traceNode(args: readonly string[], folder: string): readonly SystemCall[] {
  const calls = "trace=write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,rename";
  const output = join(folder, "trace");
  const options = [
    "-ff",
    "-ttt",
    "-T",
    "--seccomp-bpf",
    "-y",
    "-xx",
    "-s",
    "100000000",
    "-e",
    calls,
    "-o",
    output,
  ];
  const { status, stderr } = spawnSync("strace", [...options, process.execPath, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new Error(`the traced process ended with ${status}: ${stderr.slice(0, 2_000)}`);
  return readdirSync(folder)
    .filter((name) => name.startsWith("trace."))
    .flatMap((name) => readCalls(readFileSync(join(folder, name), "latin1"), folder))
    .toSorted((left, right) => left.at - right.at)
    .map(({ call }) => call);
}

interface TimedCall {
  /** Seconds. */
  readonly at: number;
  readonly call: SystemCall;
}

const TIMED = /^(\d+\.\d+) (.*) <(\d+\.\d+)>$/;
const RENAME = /^rename\("([^"]*)", "([^"]*)"\) = 0/;
const LINE = /^(\w+)\(\d+<([^>]*)>(?:, (.*))?\) = (-?\d+)/;

function readCalls(trace: string, folder: string): TimedCall[] {
  const calls: TimedCall[] = [];
  for (const timed of trace.split("\n")) {
    const [, beganAt, line = "", took] = TIMED.exec(timed) ?? [];
    const at = Number(beganAt);
    const [, from, to] = RENAME.exec(line) ?? [];
    if (from !== undefined && to !== undefined) {
      const names = [from, to].map((text) => unescape(text).toString("utf8"));
      const [file = "", target = ""] = names;
      if (file.startsWith(`${folder}/`)) calls.push({ at, call: { call: "rename", file, to: target } });
      continue;
    }
    const [, name = "", path = "", rest = "", result = ""] = LINE.exec(line) ?? [];
    const file = path.includes("\\x") ? unescape(path).toString("utf8") : path;
    if (!file.startsWith(`${folder}/`)) continue;
    if (Number(result) < 0) throw new Error(`a traced call failed: ${line.slice(0, 200)}`);
    const call = readCall(name, file, rest);
    calls.push({ at: call.call === "sync" ? at + Number(took) : at, call });
  }
  return calls;
}

function readCall(name: string, file: string, rest: string): SystemCall {
  switch (name) {
    case "fsync":
    case "fdatasync":
      return { call: "sync", file };
    case "ftruncate":
      return { call: "truncate", file, size: Number(rest) };
    case "write":
    case "pwrite64": {
      const [, text = "", , offset] = /^"([^"]*)", (\d+)(?:, (\d+))?$/.exec(rest) ?? [];
      return {
        call: "write",
        file,
        bytes: unescape(text),
        offset: offset === undefined ? undefined : Number(offset),
      };
    }
    default:
      throw new Error(`${name} on ${file} is not understood`);
  }
}

function unescape(text: string): Buffer {
  return Buffer.from(text.replaceAll("\\x", ""), "hex");
}

interface TracedFile {
  bytes: Buffer;
  synced: Buffer;
  /** Written since the last sync. */
  dirty: boolean;
}

/** The files as the calls made them, one call after the other. */
export class Disk {
  readonly #files = new Map<string, TracedFile>();

  apply(call: SystemCall): void {
    const file = this.#file(call.file);
    switch (call.call) {
      case "sync":
        file.synced = Buffer.from(file.bytes);
        file.dirty = false;
        return;
      case "rename":
        // Durable with the next sync of the folder, which every log's file gets before it is used.
        this.#files.set(call.to, file);
        this.#files.delete(call.file);
        return;
      case "truncate":
        file.bytes = resized(file.bytes, call.size);
        file.dirty = true;
        return;
      case "write": {
        const offset = call.offset ?? file.bytes.length;
        file.bytes = resized(file.bytes, Math.max(file.bytes.length, offset + call.bytes.length));
        call.bytes.copy(file.bytes, offset);
        file.dirty = true;
      }
    }
  }

  /** What a power cut would leave of the file at this moment. */
  onDisk(file: string): Buffer {
    return this.#file(file).synced;
  }

  isDirty(file: string): boolean {
    return this.#file(file).dirty;
  }

  #file(path: string): TracedFile {
    let file = this.#files.get(path);
    if (!file)
      this.#files.set(path, (file = { bytes: Buffer.alloc(0), synced: Buffer.alloc(0), dirty: false }));
    return file;
  }
}

function resized(bytes: Buffer, size: number): Buffer {
  if (size <= bytes.length) return bytes.subarray(0, size);
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
}
