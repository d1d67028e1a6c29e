/** The server on the runtime's own thread, for a log that no other thread can read. */
import { ReeveError, type Runtime } from "@reeve/core";
import { followLog } from "../board/follow-log.ts";
import { carryOut, isQuestion } from "../commands/ask.ts";
import type { Report } from "../health/known.ts";
import { serve, type ServingOptions } from "../http/serve.ts";
import { describePatterns } from "../patterns/describe-patterns.ts";

export interface BesideOptions {
  readonly readOnly: boolean;
  readonly serving: ServingOptions;
  readonly told: (what: string, message: string) => void;
}

export interface Beside {
  listening(): Promise<string>;
  ticket(): Promise<string>;
  report(report: Report): void;
  closing(): void;
  close(): Promise<void>;
}

const REPORTS_MAX = 100;

export async function serveBeside(runtime: Runtime, options: BesideOptions): Promise<Beside> {
  const { readOnly, told } = options;
  const reports: Report[] = [];
  const startedAt = Date.now();
  const { feed, fresh, stop } = followLog(runtime.engine);
  let isClosing = false;
  const serving = await serve(
    {
      runtime,
      feed,
      fresh,
      described: () => describePatterns(runtime.patterns),
      state: () => ({
        state: isClosing ? "closing" : readOnly ? "reading" : "working",
        blockedMs: null,
        pid: process.pid,
        startedAt,
        readOnly,
      }),
      reports: () => reports,
      act: async (name, input, caller) => {
        if (!readOnly || isQuestion(name)) return carryOut(runtime, name, input, caller);
        throw new ReeveError("server-read-only", `'${name}' was asked of a server that only shows`, {
          hint: "start the server without readOnly",
        });
      },
      told: (what, error) => told(what, error instanceof Error ? error.message : String(error)),
    },
    options.serving,
  );
  return {
    listening: async () => serving.url,
    ticket: async () => serving.issueTicket(),
    report: (report) => {
      reports.push(report);
      if (reports.length > REPORTS_MAX) reports.shift();
    },
    closing: () => (isClosing = true),
    close: async () => {
      stop();
      await serving.close();
    },
  };
}
