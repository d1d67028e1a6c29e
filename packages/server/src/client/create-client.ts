/** Asks a server what the contract names; every answer is parsed before it is believed. */
import { ReeveError } from "@reeve/core";
import { errorBodySchema, type Route } from "../contract/route.ts";
import { routes } from "../contract/routes.ts";
import type { InputOf, OutputOf, RouteName } from "../contract/route-shapes.ts";
import { ServerError } from "./server-error.ts";

export interface ClientOptions {
  /** Such as "http://127.0.0.1:7733". */
  readonly url: string;
  /** Made with `reeve token`. @default none: only what is open to all */
  readonly token?: string;
  /** Ends what is under way. */
  readonly signal?: AbortSignal;
}

/**
 * One function for each route, by its name. Each rejects with a `ServerError` when the server refuses, and with a
 * ReeveError `runtime-unavailable` when none answers.
 */
export type Client = {
  readonly [Name in RouteName]: (input: InputOf<Name>) => Promise<OutputOf<Name>>;
};

/** @throws ReeveError `option-invalid` for what is no address */
export function createClient(options: ClientOptions): Client {
  const base = baseOf(options.url);
  const ask =
    <Input extends object, Output>(route: Route<Input, Output>) =>
    (input: Input): Promise<Output> =>
      request(base, options, route, input);
  return {
    health: ask(routes.health),
    ready: ask(routes.ready),
    session: ask(routes.session),
    overview: ask(routes.overview),
    needs: ask(routes.needs),
    failures: ask(routes.failures),
    activity: ask(routes.activity),
    runs: ask(routes.runs),
    run: ask(routes.run),
    runSteps: ask(routes.runSteps),
    runEvents: ask(routes.runEvents),
    runValue: ask(routes.runValue),
    events: ask(routes.events),
    patterns: ask(routes.patterns),
    pattern: ask(routes.pattern),
    patternSteps: ask(routes.patternSteps),
    agents: ask(routes.agents),
    queues: ask(routes.queues),
    schedules: ask(routes.schedules),
    choices: ask(routes.choices),
    confidence: ask(routes.confidence),
    contexts: ask(routes.contexts),
    alerts: ask(routes.alerts),
    alertHistory: ask(routes.alertHistory),
    marks: ask(routes.marks),
    resources: ask(routes.resources),
    patternHistory: ask(routes.patternHistory),
    calibration: ask(routes.calibration),
    trend: ask(routes.trend),
    choose: ask(routes.choose),
    registry: ask(routes.registry),
    paused: ask(routes.paused),
    audit: ask(routes.audit),
    tokens: ask(routes.tokens),
    start: ask(routes.start),
    delegate: ask(routes.delegate),
    cancel: ask(routes.cancel),
    signal: ask(routes.signal),
    pause: ask(routes.pause),
    resume: ask(routes.resume),
    retry: ask(routes.retry),
    fork: ask(routes.fork),
    feedback: ask(routes.feedback),
    bulk: ask(routes.bulk),
    pausePattern: ask(routes.pausePattern),
    resumePattern: ask(routes.resumePattern),
    pauseAgent: ask(routes.pauseAgent),
    resumeAgent: ask(routes.resumeAgent),
    silence: ask(routes.silence),
    unsilence: ask(routes.unsilence),
    setSchedule: ask(routes.setSchedule),
    removeSchedule: ask(routes.removeSchedule),
  };
}

function baseOf(url: string): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (base && /^https?:$/.test(base.protocol)) return base;
  throw new ReeveError("option-invalid", `the server's address is '${url}'`, {
    hint: "give one such as http://127.0.0.1:7733",
  });
}

async function request<Input extends object, Output>(
  base: URL,
  { token, signal }: ClientOptions,
  { method, path, output }: Route<Input, Output>,
  input: Input,
): Promise<Output> {
  const fields = new Map<string, unknown>(Object.entries(input));
  const place = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(fields.get(name));
    fields.delete(name);
    return encodeURIComponent(value);
  });
  const address = new URL(place, base);
  const hasBody = method === "POST" || method === "PUT";
  if (!hasBody) for (const [name, value] of fields) address.searchParams.set(name, queryText(value));
  const answer = await send(address, {
    method,
    redirect: "error",
    headers: {
      accept: "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(hasBody && { "content-type": "application/json" }),
    },
    ...(hasBody && { body: JSON.stringify(Object.fromEntries(fields)) }),
    ...(signal && { signal }),
  });
  const body = await bodyOf(answer, address);
  // "Not ready" is an answer, and no refusal.
  const parsed = output.safeParse(body);
  if (parsed.success && (answer.ok || answer.status === 503)) return parsed.data;
  const refused = errorBodySchema.safeParse(body);
  if (refused.success) throw new ServerError(answer.status, refused.data.error);
  throw new ReeveError("runtime-unavailable", `${address.href} answered what is not of the contract`, {
    hint: "is it a Reeve server of this version?",
    cause: parsed.error,
  });
}

function queryText(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(",");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

async function send(address: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    throw new ReeveError("runtime-unavailable", `no server answers at ${address.origin}: ${whyOf(error)}`, {
      hint: "start it with `reeve up`, or give another address",
      retryable: true,
      cause: error,
    });
  }
}

/** What kept the request from being answered; `fetch` itself says no more than that it failed. */
function whyOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const reason = cause instanceof Error && cause.message !== "" ? cause : error;
  return reason instanceof Error ? reason.message : String(reason);
}

async function bodyOf(answer: Response, address: URL): Promise<unknown> {
  try {
    const body: unknown = await answer.json();
    return body;
  } catch (error) {
    const message = `${address.href} answered ${answer.status} and no JSON`;
    throw new ReeveError("runtime-unavailable", message, {
      hint: "is it a Reeve server?",
      cause: error,
    });
  }
}
