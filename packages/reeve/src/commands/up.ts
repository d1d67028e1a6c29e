/** `reeve up`: works off the log's runs, serves them to people and programs, and drains on Ctrl-C. */
import { resolve } from "node:path";
import type { RuntimeOptions, Runtime } from "@reeve/core";
import type { ReeveServer, ServerOptions } from "@reeve/server";
import { CONFIG_OPTION, type Call, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { openAsGuest, openForWork } from "../config/open-runtime.ts";
import { plural } from "../output/number-text.ts";
import { oneLine } from "../output/safe-text.ts";
import { logFormOf, tellRuns, withJsonErrors } from "./tell-runs.ts";
import { EXPORT_OPTIONS, exportsOf, openExports, type OpenExports } from "./open-exports.ts";
import { portOf } from "./port-of.ts";

const PORT = "7733";
/** Whoever serves pages about the log has its numbers kept, and itself measured, unless the configuration says otherwise. */
const OBSERVED = { telemetry: true } as const;

export const upCommand: Command = {
  name: "up",
  words: [],
  summary: "serve the dashboard and the HTTP API, and work until Ctrl-C",
  examples: [
    ["reeve up", "prints a link that signs in once"],
    ["reeve up --port 0", "at a free port"],
    ["reeve up --read-only", "shows a log that nobody works on, and does nothing"],
    [
      "reeve up --metrics-port 9464 --otlp http://127.0.0.1:4318",
      "for Prometheus, and for a receiver of traces and metrics",
    ],
    ["reeve up --log json", "and a line of JSON for what runs do, for collectors of logs"],
    ["reeve up --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem", "for other machines"],
  ],
  options: {
    port: { kind: "text", value: "N", short: "p", summary: `where to listen (default: ${PORT})` },
    host: { kind: "text", value: "ADDRESS", summary: "the address to listen on (default: 127.0.0.1)" },
    "allow-host": { kind: "list", value: "NAME", summary: "a further name of the server, such as a proxy's" },
    "tls-cert": { kind: "text", value: "FILE", summary: "a certificate as PEM" },
    "tls-key": { kind: "text", value: "FILE", summary: "its key as PEM" },
    insecure: { kind: "flag", summary: "take credentials over networks without encryption" },
    "read-only": { kind: "flag", summary: "show the log, execute and change nothing" },
    log: {
      kind: "text",
      value: "json|pretty",
      summary:
        "tell on standard error what runs do: a line for each event, with the ids of run, step and trace",
    },
    ...EXPORT_OPTIONS,
    ...CONFIG_OPTION,
  },
  run: async (given) => {
    const options = optionsOf(given);
    const log = logFormOf(given);
    const call = log === "json" ? withJsonErrors(given) : given;
    const asked = exportsOf(call);
    // Loaded here, so that no other command waits for it.
    const { startServer } = await import("@reeve/server");
    let server: ReeveServer | undefined;
    const report: NonNullable<RuntimeOptions["report"]> = (problem) => server?.report(problem);
    const runtime = options.readOnly ? await openAsGuest(call) : await openForWork(call, report, OBSERVED);
    const ended = interruption();
    let exports: OpenExports | undefined;
    const telling = new AbortController();
    try {
      server = await startServer(runtime, { ...options, report: tellTo(call) });
      exports = await openExports(runtime, asked, (problem) => {
        server?.report(problem);
        tellTo(call)(problem);
      });
      if (log) void tellRuns(given, runtime, log, telling.signal, tellTo(call));
      await greet(call, runtime, server, exports);
      const name = await ended;
      server.closing();
      call.terminal.err.line(`${name}: running steps may finish; once more stops at once`);
    } finally {
      telling.abort();
      await exports?.close();
      // Before the server, so that the pages show how far it is.
      await runtime.close();
      await server?.close();
    }
    return EXIT.ok;
  },
};

async function greet(
  { terminal, given }: Call,
  runtime: Runtime,
  server: ReeveServer,
  exports: OpenExports,
): Promise<void> {
  const { out, err } = terminal;
  out.line(`reeve serves ${server.url}`);
  out.line(`sign in, once and within ten minutes: ${await server.link()}`);
  for (const line of exports.lines) out.line(line);
  const { engine, patterns } = runtime;
  const where = engine.file === undefined ? "in memory" : oneLine(engine.file);
  err.line(err.paint("dim", `log: ${where}, ${plural(patterns.length, "pattern")}; Ctrl-C ends`));
  if (given.flag("read-only")) err.line("read-only: nothing is executed or changed");
  else if (engine.role === "guest")
    err.line("another process works on the log; what is asked here is handed on to it");
}

function optionsOf({ given, folder }: Call): ServerOptions {
  const port = portOf("port", given.text("port") ?? PORT);
  const [certFile, keyFile] = [given.text("tls-cert"), given.text("tls-key")];
  if ((certFile === undefined) !== (keyFile === undefined))
    throw usageError("--tls-cert and --tls-key are given together");
  const host = given.text("host");
  return {
    port,
    ...(host !== undefined && { host }),
    allowHosts: given.list("allow-host"),
    insecure: given.flag("insecure"),
    readOnly: given.flag("read-only"),
    ...(certFile !== undefined &&
      keyFile !== undefined && {
        tls: { certFile: resolve(folder, certFile), keyFile: resolve(folder, keyFile) },
      }),
  };
}

function tellTo({ terminal }: Call): NonNullable<ServerOptions["report"]> {
  return ({ what, error }) => {
    const message = error instanceof Error ? error.message : String(error);
    terminal.err.line(`${terminal.err.paint("yellow", "warning:")} ${oneLine(`${what}: ${message}`)}`);
  };
}

/** The name of the first signal to end; a second one ends at once. */
function interruption(): Promise<string> {
  return new Promise((resolve) => {
    let isFirst = true;
    const ends = [
      ["SIGINT", "Ctrl-C", EXIT.interrupted],
      ["SIGTERM", "SIGTERM", EXIT.terminated],
    ] as const;
    for (const [signal, name, code] of ends)
      process.on(signal, () => {
        if (!isFirst) process.exit(code);
        isFirst = false;
        resolve(name);
      });
  });
}
