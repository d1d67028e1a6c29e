/** Carries out what callers ask of the runtime; on the runtime's own thread. Who they are was checked before. */
import type { CallerOptions, RunHandle, Runtime, RuntimeOfCaller } from "@reeve/core";
import type { BulkResult, Started } from "../contract/action.ts";
import type { Done, Route } from "../contract/route.ts";
import { routes } from "../contract/routes.ts";
import type { OutputOf, RouteName } from "../contract/route-shapes.ts";
import { actInBulk } from "./bulk.ts";

/** Routes that change something. */
export type ActionName = {
  readonly [Name in RouteName]: OutputOf<Name> extends Done | Started | BulkResult ? Name : never;
}[RouteName];

type Action = (runtime: RuntimeOfCaller, given: unknown) => Promise<unknown>;

const DONE: Done = { ok: true };

const actions: { readonly [Name in ActionName]: Action } = {
  start: action(routes.start, async (runtime, { pattern, input, ...options }) =>
    started(runtime.start(pattern, input, options)),
  ),
  delegate: action(routes.delegate, async (runtime, { context, input, ...options }) =>
    started(runtime.delegate(context, input, options)),
  ),
  cancel: action(routes.cancel, (runtime, { id, reason }) => done(runtime.run(id).cancel(reason))),
  signal: action(routes.signal, (runtime, { id, name, answer, key }) =>
    done(runtime.run(id).signal(name, answer, key === undefined ? {} : { key })),
  ),
  pause: action(routes.pause, (runtime, { id, reason }) => done(runtime.run(id).pause(reason))),
  resume: action(routes.resume, (runtime, { id }) => done(runtime.run(id).resume())),
  retry: action(routes.retry, (runtime, { id, newId }) =>
    started(runtime.run(id).retry(newId === undefined ? {} : { id: newId })),
  ),
  fork: action(routes.fork, (runtime, { id, newId, ...options }) =>
    started(runtime.run(id).fork({ ...options, ...(newId !== undefined && { id: newId }) })),
  ),
  feedback: action(routes.feedback, (runtime, { id, score, note }) =>
    done(runtime.run(id).feedback(score, note === undefined ? {} : { note })),
  ),
  bulk: action(routes.bulk, actInBulk),
  pausePattern: action(routes.pausePattern, (runtime, { name, reason }) =>
    done(runtime.pause({ pattern: name }, reason)),
  ),
  resumePattern: action(routes.resumePattern, (runtime, { name }) => done(runtime.resume({ pattern: name }))),
  pauseAgent: action(routes.pauseAgent, (runtime, { name, reason }) =>
    done(runtime.pause({ agent: name }, reason)),
  ),
  resumeAgent: action(routes.resumeAgent, (runtime, { name }) => done(runtime.resume({ agent: name }))),
  silence: action(routes.silence, async (runtime, { alert, ...options }) => ({
    id: await runtime.silence(alert, options),
  })),
  unsilence: action(routes.unsilence, (runtime, { id }) => done(runtime.unsilence(id))),
  setSchedule: action(routes.setSchedule, (runtime, { name, ...options }) =>
    done(runtime.schedule(name, options)),
  ),
  removeSchedule: action(routes.removeSchedule, (runtime, { name }) => done(runtime.unschedule(name))),
};

export function isAction(name: string): name is ActionName {
  return Object.hasOwn(actions, name);
}

/** @throws what the runtime throws: a ReeveError where the request is at fault */
export function act(
  runtime: Runtime,
  name: ActionName,
  given: unknown,
  caller: CallerOptions,
): Promise<unknown> {
  return actions[name](runtime.as(caller), given);
}

/** What crossed from another thread is parsed anew: only then is it known to be what the action takes. */
function action<Input, Output>(
  { input }: Route<Input, Output>,
  carryOut: (runtime: RuntimeOfCaller, input: Input) => Promise<Output>,
): Action {
  return async (runtime, given) => carryOut(runtime, input.parse(given));
}

async function started(starting: Promise<RunHandle>): Promise<Started> {
  return { id: (await starting).id };
}

async function done(doing: Promise<void>): Promise<Done> {
  await doing;
  return DONE;
}
