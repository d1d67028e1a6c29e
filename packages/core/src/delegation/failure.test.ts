import { expect, it } from "vitest";
import { NonRetryableError, ReeveError } from "../errors.ts";
import { decode, encode } from "./codec.ts";
import { fromStepError, isRetryable, toStepError } from "./failure.ts";

const where = { path: "orders/charge", attempt: 2, agent: "charge-card" };

it("keeps an error's class name, message, code, stack and cause, and says where it happened", () => {
  class CardDeclined extends Error {
    readonly code = "E_CARD";
  }
  const error = new CardDeclined("declined", { cause: new TypeError("no card", { cause: "because" }) });
  expect(toStepError(error, where)).toEqual({
    ...where,
    name: "CardDeclined",
    message: "declined",
    code: "E_CARD",
    stack: error.stack,
    cause: {
      ...where,
      name: "TypeError",
      message: "no card",
      code: "thrown",
      stack: expect.stringContaining("no card"),
      cause: {
        ...where,
        name: "string",
        message: 'a value that is not an Error was thrown: "because"',
        code: "thrown",
      },
    },
  });
});

it("uses the given code where the error has none, and the error's own otherwise", () => {
  expect(toStepError(new Error("x"), where, "verify-failed").code).toBe("verify-failed");
  expect(toStepError(Object.assign(new Error("x"), { code: 7 }), where, "verify-failed").code).toBe("7");
  const error = toStepError(new ReeveError("process-failed", "x", { hint: "install it" }), where);
  expect([error.name, error.code, error.hint]).toEqual(["ReeveError", "process-failed", "install it"]);
});

it("describes whatever else can be thrown", () => {
  const samples: readonly [unknown, string, string][] = [
    ["oops", "string", '"oops"'],
    [7, "number", "7"],
    [undefined, "undefined", "undefined"],
    [null, "null", "null"],
    [Symbol("s"), "symbol", "Symbol(s)"],
    [{ status: 500 }, "Object", "{ status: 500 }"],
    [new Map([[1, 2]]), "Map", "Map(1) { 1 => 2 }"],
    [() => 1, "function", "[Function (anonymous)]"],
  ];
  for (const [thrown, name, shown] of samples) {
    const error = toStepError(thrown, { path: "" });
    expect(error).toEqual({
      path: "",
      code: "thrown",
      name,
      message: `a value that is not an Error was thrown: ${shown}`,
    });
  }
});

it("survives getters and proxies that throw", () => {
  const bad = (): never => {
    throw new Error("hostile");
  };
  const everything = new Proxy(
    {},
    { get: bad, getPrototypeOf: bad, has: bad, ownKeys: bad, getOwnPropertyDescriptor: bad },
  );
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const error = new Error("x");
  for (const key of ["name", "message", "code", "stack", "cause", "constructor"]) {
    Object.defineProperty(error, key, { get: bad });
  }
  for (const thrown of [
    everything,
    proxy,
    error,
    new Proxy(new Error("inner"), { get: bad }),
    {
      get code(): never {
        return bad();
      },
    },
  ]) {
    const kept = toStepError(thrown, where);
    expect(kept.message).not.toBe("");
    expect(typeof isRetryable(thrown)).toBe("boolean");
    expect(decode(encode(kept))).toEqual(kept);
  }
});

it("bounds messages, stacks and chains of causes", () => {
  const error = new Error("m".repeat(50_000));
  error.stack = "s".repeat(50_000);
  error.cause = error;
  let kept = toStepError(error, where);
  expect([kept.message.length, kept.stack?.length]).toEqual([10_000, 20_000]);
  let causes = 0;
  for (; kept.cause; kept = kept.cause) causes++;
  expect(causes).toBe(5);
});

it("shows the errors of an AggregateError without message", () => {
  const error = new AggregateError([new TypeError("one"), "two"]);
  expect(toStepError(error, where).message).toBe('TypeError: one; "two"');
});

it("gives back an error with what was kept", () => {
  const kept = toStepError(
    new RangeError("too far", { cause: new ReeveError("run-not-found", "gone", { hint: "look" }) }),
    where,
  );
  const error = fromStepError(kept);
  expect(error).toBeInstanceOf(RangeError);
  expect(toStepError(error, where)).toEqual(kept);
  expect(error.cause).toMatchObject({ name: "ReeveError", code: "run-not-found", hint: "look" });
});

it("retries everything but a NonRetryableError", () => {
  class Final extends NonRetryableError {}
  const foreign = Object.assign(new Error("x"), { name: "NonRetryableError" });
  for (const thrown of [new NonRetryableError("x"), new Final("x"), foreign])
    expect(isRetryable(thrown)).toBe(false);
  for (const thrown of [new ReeveError("thrown", "x"), new Error("x"), "x", undefined])
    expect(isRetryable(thrown)).toBe(true);
});
