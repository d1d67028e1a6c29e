/**
 * The server's routes as one typed function. The page and the server are of one release and come from one origin, so an
 * answer is only checked to be of the kind that is expected at all; the schemas stay on the server, which keeps the
 * first load small. routes.test.ts holds the table against the server's.
 */
import type { InputOf, OutputOf } from "./contract.ts";
import { requestJson, RequestError } from "./request.ts";

/** A route the pages use. */
export type Asked =
  | "session"
  | "overview"
  | "needs"
  | "failures"
  | "activity"
  | "runs"
  | "run"
  | "runSteps"
  | "runEvents"
  | "runValue"
  | "patterns"
  | "pattern"
  | "patternSteps"
  | "patternHistory"
  | "choices"
  | "confidence"
  | "calibration"
  | "trend"
  | "marks"
  | "resources"
  | "alerts"
  | "alertHistory"
  | "silence"
  | "unsilence"
  | "agents"
  | "queues"
  | "schedules"
  | "audit"
  | "cancel"
  | "signal"
  | "pause"
  | "resume"
  | "retry"
  | "fork"
  | "pausePattern"
  | "resumePattern"
  | "pauseAgent"
  | "resumeAgent";

/** Method and path of every route that the pages use. */
export const ROUTES: Readonly<Record<Asked, readonly ["GET" | "POST" | "DELETE", string]>> = {
  session: ["GET", "/api/session"],
  overview: ["GET", "/api/overview"],
  needs: ["GET", "/api/needs"],
  failures: ["GET", "/api/failures"],
  activity: ["GET", "/api/activity"],
  runs: ["GET", "/api/runs"],
  run: ["GET", "/api/runs/{id}"],
  runSteps: ["GET", "/api/runs/{id}/steps"],
  runEvents: ["GET", "/api/runs/{id}/events"],
  runValue: ["GET", "/api/runs/{id}/value"],
  patterns: ["GET", "/api/patterns"],
  pattern: ["GET", "/api/patterns/{name}"],
  patternSteps: ["GET", "/api/patterns/{name}/steps"],
  patternHistory: ["GET", "/api/patterns/{name}/history"],
  choices: ["GET", "/api/choices"],
  confidence: ["GET", "/api/confidence"],
  calibration: ["GET", "/api/calibration"],
  trend: ["GET", "/api/trend"],
  marks: ["GET", "/api/marks"],
  resources: ["GET", "/api/resources"],
  alerts: ["GET", "/api/alerts"],
  alertHistory: ["GET", "/api/alerts/history"],
  agents: ["GET", "/api/agents"],
  queues: ["GET", "/api/queues"],
  schedules: ["GET", "/api/schedules"],
  audit: ["GET", "/api/audit"],
  cancel: ["POST", "/api/runs/{id}/cancel"],
  signal: ["POST", "/api/runs/{id}/signal"],
  pause: ["POST", "/api/runs/{id}/pause"],
  resume: ["POST", "/api/runs/{id}/resume"],
  retry: ["POST", "/api/runs/{id}/retry"],
  fork: ["POST", "/api/runs/{id}/fork"],
  pausePattern: ["POST", "/api/patterns/{name}/pause"],
  resumePattern: ["POST", "/api/patterns/{name}/resume"],
  pauseAgent: ["POST", "/api/agents/{name}/pause"],
  silence: ["POST", "/api/silences"],
  unsilence: ["DELETE", "/api/silences/{id}"],
  resumeAgent: ["POST", "/api/agents/{name}/resume"],
};

/** Asks the server. @throws RequestError */
export async function ask<Name extends Asked>(
  name: Name,
  input: InputOf<Name>,
  signal?: AbortSignal,
): Promise<OutputOf<Name>> {
  const [method] = ROUTES[name];
  const { address, rest } = split(name, input);
  const answer =
    method === "GET"
      ? await requestJson("GET", `${address}${queryText(rest)}`, undefined, signal)
      : await requestJson(method, address, method === "POST" ? rest : undefined, signal);
  if (isAnswer(name, answer)) return answer;
  throw new RequestError(
    200,
    "answer-unexpected",
    `The server's answer to ${name} is not of the expected kind.`,
  );
}

/** The address of a question, which also names it in caches. */
export function addressOf<Name extends Asked>(name: Name, input: InputOf<Name>): string {
  const { address, rest } = split(name, input);
  return `${address}${queryText(rest)}`;
}

/** Whether the value can be the route's answer: all of them are objects. */
export function isAnswer<Name extends Asked>(_name: Name, value: unknown): value is OutputOf<Name> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface Split {
  readonly address: string;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Fields that the path names go into it, the others are left. */
function split(name: Asked, input: unknown): Split {
  const rest: Record<string, unknown> = { ...(typeof input === "object" ? input : {}) };
  const address = ROUTES[name][1].replace(/\{(\w+)\}/g, (_whole, field: string) => {
    const value = String(rest[field]);
    delete rest[field];
    return encodeURIComponent(value);
  });
  return { address, rest };
}

function queryText(fields: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    const text = parameterText(value);
    if (text !== undefined) query.set(name, text);
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

function parameterText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.join(",");
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
