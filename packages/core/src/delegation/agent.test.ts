import { describe, expect, it } from "vitest";
import { z } from "zod";
import { agent, type AgentOptions } from "./agent.ts";

const run = (): number => 1;
/** Plain JavaScript can hand over anything. */
const declare = (options: unknown) => agent("a", options as AgentOptions<unknown, unknown>);

describe("agent", () => {
  it.each([
    ["no options", undefined, "the second argument is undefined"],
    ["null for options", null, "the second argument is null"],
    ["no function", {}, "run is undefined"],
    ["grants that are one text", { run, requires: "stock:write" }, "requires is stock:write"],
    ["an empty grant", { run, requires: [""] }, "requires is [ '' ]"],
    ["an undo that is a text", { run, undo: "x" }, "undo is x"],
    ["an undoUnsure that is an object", { run, undoUnsure: {} }, "undoUnsure is {}"],
    ["a verify that is a number", { run, verify: 1 }, "verify is 1"],
    ["an input that is no schema", { run, input: {} }, "input is {}"],
    [
      "an output that only looks like a schema",
      { run, output: { "~standard": {} } },
      "output is { '~standard'",
    ],
    ["a text for idempotent", { run, idempotent: "no" }, "idempotent is no"],
    ["a concurrency that is not whole", { run, concurrency: 1.5 }, "concurrency is 1.5"],
    ["a limit that is a text", { run, timeoutMs: "5" }, "timeoutMs is 5"],
    ["an endless limit", { run, heartbeatTimeoutMs: Infinity }, "heartbeatTimeoutMs is Infinity"],
    ["null for retry", { run, retry: null }, "retry is null"],
    ["a number for retry", { run, retry: 3 }, "retry is 3"],
    ["no attempts", { run, retry: { attempts: 0 } }, "retry.attempts is 0"],
    ["an endless delay", { run, retry: { delayMs: Infinity } }, "retry.delayMs is Infinity"],
    ["an endless longest delay", { run, retry: { delayMsMax: Infinity } }, "retry.delayMsMax is Infinity"],
    ["an endless factor", { run, retry: { factor: Infinity } }, "retry.factor is Infinity"],
    ["a text for when", { run, retry: { when: "yes" } }, "retry.when is yes"],
    ["a number for jitter", { run, retry: { jitter: 1 } }, "retry.jitter is 1"],
  ])("refuses %s", (_what, options, message) => {
    expect(() => declare(options)).toThrow(
      expect.objectContaining({
        code: "agent-invalid",
        message: expect.stringContaining(`agent 'a': ${message}`) as string,
      }),
    );
  });

  it("refuses names that are none", () => {
    for (const name of ["", " ", 5, undefined, Symbol("x")])
      expect(() => agent(name as string, { run })).toThrow(
        expect.objectContaining({ code: "agent-invalid", hint: "name must be a non-empty string" }),
      );
  });

  it("takes every option that is undefined as left out", () => {
    const limits = { timeoutMs: undefined, heartbeatTimeoutMs: undefined, undoTimeoutMs: undefined };
    const callbacks = { verify: undefined, undo: undefined, undoUnsure: undefined };
    const others = { input: undefined, output: undefined, concurrency: undefined, idempotent: undefined };
    const options = { run, ...limits, ...callbacks, ...others, requires: undefined, retry: undefined };
    expect(declare(options)).toEqual(declare({ run }));
    const retry = { attempts: undefined, delayMs: undefined, factor: undefined };
    const rest = { delayMsMax: undefined, jitter: undefined, when: undefined };
    expect(declare({ run, retry: { ...retry, ...rest } }).retry).toEqual(declare({ run, retry: {} }).retry);
  });

  it("takes schemas that are objects and schemas that are functions", () => {
    const standard = z.number()["~standard"];
    const callable = Object.assign(() => 1, { "~standard": standard });
    expect(declare({ run, input: z.number(), output: callable }).output).toBe(callable);
  });

  it("has no way of its own to stop a function", () => {
    expect(declare({ run }).graceMs).toBeUndefined();
  });
});
