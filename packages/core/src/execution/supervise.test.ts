import { expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { supervise, type Limits, type Supervised, type Supervision } from "./supervise.ts";

const GRACE_MS = 500;

/** Supervises a function whose end the test decides. */
function setUp(limits: Partial<Limits> = {}) {
  const clock = new ManualClock();
  const stop = new AbortController();
  const { promise, resolve: finish, reject: fail } = Promise.withResolvers<unknown>();
  const state: { supervision?: Supervision; ended?: Supervised<unknown> } = {};
  const result = supervise({
    clock,
    stop: stop.signal,
    timeoutMs: undefined,
    heartbeatTimeoutMs: undefined,
    graceMs: GRACE_MS,
    ...limits,
    begin: (supervision) => {
      state.supervision = supervision;
      return promise;
    },
    conclude: asItEnded,
  });
  void result.then((ended) => (state.ended = ended));
  const isAborted = (): boolean => state.supervision?.signal.aborted === true;
  const beat = (): void => state.supervision?.heartbeat();
  return { clock, stop, finish, fail, result, state, isAborted, beat };
}

function asItEnded<T>(supervised: Supervised<T>): Supervised<T> {
  return supervised;
}

/** Lets promises that are settled be handled. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function run(work: () => unknown): Promise<Supervised<unknown>> {
  const stop = new AbortController().signal;
  const clock = new ManualClock();
  const limits = { clock, stop, timeoutMs: 10, heartbeatTimeoutMs: 10, graceMs: 10 };
  return supervise({ ...limits, begin: work, conclude: asItEnded }).then((ended) => {
    expect(clock.nextDueAt(), "a timer was left").toBeUndefined();
    return ended;
  });
}

test("what the function returns counts, at once or later, also a thenable", async () => {
  expect(await run(() => 7)).toEqual({ ended: "returned", value: 7 });
  expect(await run(() => undefined)).toEqual({ ended: "returned", value: undefined });
  expect(await run(async () => 7)).toEqual({ ended: "returned", value: 7 });
  const query = { then: (resolve: (rows: number) => void) => resolve(7) };
  expect(await run(() => query)).toEqual({ ended: "returned", value: 7 });
});

test("what the function throws counts, at once or later, whatever it is", async () => {
  const error = new Error("no");
  const throws = (thrown: unknown) => () => {
    throw thrown;
  };
  expect(await run(throws(error))).toEqual({ ended: "threw", thrown: error });
  expect(await run(throws(undefined))).toEqual({ ended: "threw", thrown: undefined });
  expect(await run(() => Promise.reject(error))).toEqual({ ended: "threw", thrown: error });
});

test("a function that takes too long is told to stop, and what it throws then is evidence", async () => {
  const { clock, fail, result, isAborted, state } = setUp({ timeoutMs: 1_000 });
  clock.advance(999);
  expect(isAborted()).toBe(false);
  clock.advance(1);
  expect(isAborted()).toBe(true);
  await settled();
  expect(state.ended).toBeUndefined();
  const thrown = new Error("stopped half way");
  fail(thrown);
  expect(await result).toEqual({
    ended: "stopped",
    code: "attempt-timed-out",
    message: "the attempt took longer than 1000 ms",
    thrown,
    late: undefined,
  });
  expect(clock.nextDueAt()).toBeUndefined();
});

test("a function that returns after its time was up has failed", async () => {
  const { clock, finish, result } = setUp({ timeoutMs: 1_000 });
  clock.advance(1_200);
  finish("too late");
  expect(await result).toMatchObject({ ended: "stopped", code: "attempt-timed-out" });
  expect(clock.nextDueAt()).toBeUndefined();
});

test("each heartbeat begins the wait anew; the first missed one stops the function", async () => {
  const { clock, fail, result, isAborted, beat } = setUp({ heartbeatTimeoutMs: 100 });
  for (let count = 0; count < 5; count++) {
    clock.advance(99);
    beat();
  }
  expect(isAborted()).toBe(false);
  clock.advance(100);
  expect(isAborted()).toBe(true);
  beat();
  fail(new Error("stop"));
  expect(await result).toMatchObject({
    ended: "stopped",
    code: "heartbeat-missed",
    message: "the attempt gave no heartbeat for 100 ms",
  });
  expect(clock.nextDueAt()).toBeUndefined();
});

test("a heartbeat after the end sets no timer", async () => {
  const { clock, finish, result, beat } = setUp({ heartbeatTimeoutMs: 100 });
  finish(1);
  await result;
  beat();
  expect(clock.nextDueAt()).toBeUndefined();
});

test("a function that is stopped from outside and throws was stopped, with the reason", async () => {
  const { clock, stop, fail, result, isAborted, state } = setUp();
  stop.abort(new Error("the run was cancelled: enough"));
  expect(isAborted()).toBe(true);
  expect(String(state.supervision?.signal.reason)).toContain("enough");
  fail(new Error("abort"));
  expect(await result).toMatchObject({
    ended: "stopped",
    code: "attempt-cancelled",
    message: "the attempt was stopped: the run was cancelled: enough",
    thrown: { message: "abort" },
  });
  expect(clock.nextDueAt()).toBeUndefined();
});

test("a function that is stopped from outside and finishes all the same has succeeded", async () => {
  const { clock, stop, finish, result } = setUp({ timeoutMs: 1_000 });
  stop.abort("enough");
  finish("done");
  expect(await result).toEqual({ ended: "returned", value: "done" });
  expect(clock.nextDueAt()).toBeUndefined();
});

test("only the first reason to stop counts", async () => {
  const { clock, stop, fail, result } = setUp({ timeoutMs: 100, heartbeatTimeoutMs: 50 });
  clock.advance(50);
  stop.abort("enough");
  clock.advance(100);
  fail(new Error());
  expect(await result).toMatchObject({ code: "heartbeat-missed" });
});

test.each([true, false])(
  "a function that ignores its signal is abandoned after the grace; whether it succeeds later: %s",
  async (ok) => {
    const { clock, finish, fail, result, state } = setUp({ timeoutMs: 1_000 });
    clock.advance(1_000 + GRACE_MS - 1);
    await settled();
    expect(state.ended).toBeUndefined();
    clock.advance(1);
    const ended = await result;
    expect(ended).toMatchObject({
      ended: "stopped",
      code: "attempt-abandoned",
      message: "the attempt took longer than 1000 ms, and still ran 500 ms after its signal was aborted",
    });
    expect(clock.nextDueAt()).toBeUndefined();
    if (ok) finish(1);
    else fail(new Error());
    expect(await (ended.ended === "stopped" ? ended.late : undefined)).toBe(ok);
  },
);

test("a function that begins when it is to stop already is told so, and abandoned after the grace", async () => {
  const stop = AbortSignal.abort(new Error("the run was cancelled"));
  const { clock, result, isAborted } = setUp({ stop });
  expect(isAborted()).toBe(true);
  clock.advance(GRACE_MS);
  expect(await result).toMatchObject({ ended: "stopped", code: "attempt-abandoned" });
});
