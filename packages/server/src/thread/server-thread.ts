/**
 * The server's thread, seen from the runtime's: starts it, beats for it, and does what it asks for. An idle thread
 * keeps the process alive until it is closed.
 */
import { Worker } from "node:worker_threads";
import type { Pattern, Runtime } from "@reeve/core";
import { carryOut } from "../commands/ask.ts";
import type { Report } from "../health/known.ts";
import type { ServingOptions } from "../http/serve.ts";
import { describePatterns } from "../patterns/describe-patterns.ts";
import { HandOver } from "./hand-over.ts";
import { plainError, revivedError, type ThreadStart, type ToRuntime, type ToServer } from "./message.ts";

const BEAT_MS = 500;
const CLOSE_MS_MAX = 5_000;

export interface ThreadOptions {
  readonly file: string;
  readonly readOnly: boolean;
  readonly serving: ServingOptions;
  /** Told what went wrong in the thread. */
  readonly told: (what: string, message: string) => void;
}

export class ServerThread {
  readonly #runtime: Runtime;
  readonly #options: ThreadOptions;
  readonly #worker: Worker;
  readonly #beat: NodeJS.Timeout;
  readonly #handOver: HandOver | undefined;
  readonly #tickets = new Map<number, (ticket: string) => void>();
  readonly #listening = Promise.withResolvers<string>();
  readonly #gone = Promise.withResolvers<void>();
  #asked = 0;
  #patterns: readonly Pattern[];

  constructor(runtime: Runtime, options: ThreadOptions) {
    this.#runtime = runtime;
    this.#options = options;
    this.#patterns = runtime.patterns;
    const { engine } = runtime;
    this.#handOver = engine.role === "owner" ? new HandOver(engine) : undefined;
    const workerData: ThreadStart = {
      kind: "reeve-server",
      file: options.file,
      described: describePatterns(this.#patterns),
      alertRules: runtime.alertRules,
      role: engine.role,
      handed: this.#handOver?.take(),
      readOnly: options.readOnly,
      options: options.serving,
    };
    // The same file as a source and as built; of the process's own options a source needs how packages are found.
    const isSource = import.meta.url.endsWith(".ts");
    const execArgv = isSource ? ["--conditions=source"] : [];
    const entry = new URL(`./server-entry.${isSource ? "ts" : "js"}`, import.meta.url);
    this.#worker = new Worker(entry, {
      name: "server",
      workerData,
      execArgv,
      stdin: false,
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on("message", (message: ToRuntime) => this.#take(message));
    this.#worker.on("error", (error: Error) => this.#failed(error));
    this.#worker.on("exit", () => {
      this.#listening.reject(new Error("the server's thread has ended"));
      this.#gone.resolve();
    });
    this.#beat = setInterval(() => this.#beats(), BEAT_MS);
    this.#beat.unref();
  }

  /** The address it listens on. @throws what kept it from listening */
  listening(): Promise<string> {
    return this.#listening.promise;
  }

  ticket(): Promise<string> {
    const id = ++this.#asked;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#tickets.set(id, resolve);
    this.#say({ kind: "ticket", id });
    return promise;
  }

  report(report: Report): void {
    this.#say({ kind: "report", report });
  }

  /** The runtime begins to close: it is shown, and stays readable. */
  closing(): void {
    this.#say({ kind: "closing" });
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    this.#handOver?.close();
    this.#say({ kind: "close" });
    const late = setTimeout(() => void this.#worker.terminate(), CLOSE_MS_MAX);
    await this.#gone.promise;
    clearTimeout(late);
  }

  #say(message: ToServer): void {
    const port: Pick<Worker, "postMessage"> = this.#worker;
    port.postMessage(message);
  }

  #beats(): void {
    const patterns = this.#runtime.patterns;
    const isSame =
      patterns.length === this.#patterns.length &&
      patterns.every((pattern, at) => pattern === this.#patterns[at]);
    this.#patterns = patterns;
    this.#say(isSame ? { kind: "beat" } : { kind: "patterns", described: describePatterns(patterns) });
  }

  #take(message: ToRuntime): void {
    switch (message.kind) {
      case "listening":
        this.#listening.resolve(message.url);
        return;
      case "failed":
        this.#listening.reject(revivedError(message.error));
        return;
      case "news":
        if (this.#handOver) this.#say({ kind: "news", handed: this.#handOver.take() });
        return;
      case "act":
        void this.#act(message);
        return;
      case "ticket":
        this.#tickets.get(message.id)?.(message.ticket);
        this.#tickets.delete(message.id);
        return;
      case "told":
        this.#options.told(message.what, message.message);
        return;
      case "closed":
        return;
    }
  }

  async #act({ id, name, input, caller }: Extract<ToRuntime, { readonly kind: "act" }>): Promise<void> {
    try {
      this.#say({ kind: "acted", id, output: await carryOut(this.#runtime, name, input, caller) });
    } catch (error) {
      this.#say({ kind: "refused", id, error: plainError(error) });
    }
  }

  #failed(error: Error): void {
    this.#listening.reject(error);
    this.#options.told("the server's thread failed", error.message);
  }
}
