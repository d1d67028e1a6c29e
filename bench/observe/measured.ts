/** The process that is measured and its clients, seen from the one that compares. */
import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Figures, Order, Ready, Setting } from "./measured-process.ts";

const MEASURED = fileURLToPath(new URL("./measured-process.ts", import.meta.url));
const CLIENTS = {
  http: fileURLToPath(new URL("./headless-clients.ts", import.meta.url)),
  chromium: fileURLToPath(new URL("./browser-clients.ts", import.meta.url)),
};

/** What looks on: a program that reads what pages would, or pages in Chromium. */
export type ClientKind = keyof typeof CLIENTS;

export function isClientKind(text: string): text is ClientKind {
  return Object.hasOwn(CLIENTS, text);
}

export class Measured implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ready: Ready;
  #clients: ChildProcess | undefined;

  private constructor(child: ChildProcess, ready: Ready) {
    this.#child = child;
    this.#ready = ready;
  }

  static async start(setting: Setting): Promise<Measured> {
    const execArgv = [...process.execArgv, "--expose-gc"];
    const child = fork(MEASURED, [JSON.stringify(setting)], { execArgv });
    return new Measured(child, await answer<Ready>(child));
  }

  /** One on the overview, one on a run that goes on. */
  async openClients(kind: ClientKind): Promise<void> {
    const { url, token, link, watchedRun } = this.#ready;
    const key = kind === "http" ? token : link;
    const args = [...process.execArgv, CLIENTS[kind], url, key, watchedRun];
    const clients = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#clients = clients;
    await Promise.race([once(clients.stdout, "data"), ended(clients)]);
  }

  async order(order: Exclude<Order, { readonly kind: "close" }>): Promise<Figures> {
    this.#child.send(order);
    const figures = await answer<Figures>(this.#child);
    if (this.#clients && this.#clients.exitCode !== null) throw new Error("the clients ended too early");
    return figures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopped(this.#clients, (clients) => clients.kill());
    await stopped(this.#child, (child) => child.send({ kind: "close" } satisfies Order));
  }
}

async function stopped(
  child: ChildProcess | undefined,
  stop: (child: ChildProcess) => unknown,
): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  stop(child);
  await exited;
}

async function answer<Message>(child: ChildProcess): Promise<Message> {
  const told: readonly unknown[] = await Promise.race([once(child, "message"), ended(child)]);
  // The other side of the same code sent it.
  return told[0] as Message;
}

async function ended(child: ChildProcess): Promise<never> {
  const end: readonly unknown[] = await once(child, "exit");
  throw new Error(`a measured process ended with ${String(end[0] ?? end[1])}`);
}
