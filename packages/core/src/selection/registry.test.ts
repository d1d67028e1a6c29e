import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { makeContext } from "../delegation/make-context.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { patternVersion } from "../patterns/fingerprint.ts";
import { sequential } from "../patterns/sequential.ts";
import { Registry } from "./registry.ts";

function pattern(
  name: string,
  options: {
    version?: string;
    continues?: readonly string[];
    step?: string;
    requires?: readonly string[];
  } = {},
): Pattern {
  const { step = "a", requires = [], ...rest } = options;
  return sequential(name, { ...rest, steps: [agent(step, { requires, run: () => 1 })] as never });
}

function registryOf(...patterns: readonly Pattern[]): Registry {
  const registry = new Registry();
  for (const each of patterns) registry.register(each);
  return registry;
}

test("a pattern is found by its name, with its version and what its steps require", () => {
  const greet = pattern("greet", { requires: ["mail:send"] });
  expect(registryOf(pattern("other"), greet).named("greet")).toEqual({
    pattern: greet,
    version: patternVersion(greet),
    requires: ["mail:send"],
  });
});

test("a slip in the name is met with the name that was probably meant", () => {
  const registry = registryOf(pattern("greet"), pattern("import-orders"));
  expect(() => registry.named("gret")).toThrow(
    expect.objectContaining({
      code: "pattern-not-found",
      message: "there is no pattern 'gret'",
      hint: "did you mean 'greet'?",
    }),
  );
  expect(() => registry.named("import-order")).toThrow(
    expect.objectContaining({ hint: "did you mean 'import-orders'?" }),
  );
  expect(() => registry.named("xyz")).toThrow(
    expect.objectContaining({ hint: "registered are: greet, import-orders" }),
  );
  expect(() => new Registry().named("xyz")).toThrow(
    expect.objectContaining({ hint: "registered are: none" }),
  );
});

test("the same name and version twice is refused, whether the version is given or follows from the steps", () => {
  const duplicate = expect.objectContaining({ code: "pattern-duplicate" }) as Error;
  expect(() => registryOf(pattern("a", { version: "1" }), pattern("a", { version: "1", step: "b" }))).toThrow(
    duplicate,
  );
  expect(() => registryOf(pattern("a"), pattern("a"))).toThrow(duplicate);
  expect(() => registryOf(pattern("a"), pattern("b"), pattern("a", { step: "b" }))).not.toThrow();
});

test("new runs start with the version that was registered last", () => {
  const [first, second] = [pattern("a", { version: "1" }), pattern("a", { version: "2" })];
  const registry = registryOf(first, second, pattern("b"));
  expect(registry.named("a").pattern).toBe(second);
  expect(registry.holding(first).version).toBe("1");
  expect(
    registry
      .all()
      .map(({ version, pattern: { name } }) => `${name} ${version}`)
      .slice(0, 2),
  ).toEqual(["a 1", "a 2"]);
});

test("a pattern object that looks the same as a registered one is not it", () => {
  expect(() => registryOf(pattern("a")).holding(pattern("a"))).toThrow(
    expect.objectContaining({ code: "pattern-not-found", message: "pattern 'a' is not registered" }),
  );
});

test("a run goes on with its own version, else with one that continues it, else not at all", () => {
  const first = pattern("a", { version: "1" });
  const second = pattern("a", { version: "2", continues: ["0", "1"] });
  const registry = registryOf(second, first, pattern("b", { version: "7", continues: ["9"] }));
  expect(registry.continuing("a", "1")?.pattern).toBe(first);
  expect(registry.continuing("a", "0")?.pattern).toBe(second);
  expect(registry.continuing("a", "3")).toBeUndefined();
  expect(registry.continuing("a", "9")).toBeUndefined();
  expect(registry.continuing("c", "1")).toBeUndefined();
});

test("what was replaced or removed goes on with its runs and is found in no other way", () => {
  const [first, second] = [pattern("a", { version: "1" }), pattern("a", { version: "2", continues: ["1"] })];
  const registry = registryOf(first);
  registry.replace(second);
  expect(registry.all().map(({ version }) => version)).toEqual(["2"]);
  expect(registry.continuing("a", "1")?.pattern).toBe(first);
  expect(() => registry.holding(first)).toThrow(expect.objectContaining({ code: "pattern-not-found" }));
  registry.remove("a");
  expect(registry.all()).toEqual([]);
  expect(registry.latest("a")).toBeUndefined();
  expect(registry.finishing("a")?.pattern).toBe(second);
  expect(registry.continuing("a", "2")?.pattern).toBe(second);
  expect(registry.agentNamed("a").name).toBe("a");
  registry.register(first);
  expect(registry.named("a").pattern).toBe(first);
});

test("what was removed is answered for by what is like it", () => {
  const registry = registryOf(pattern("a", { step: "pay" }), pattern("b", { step: "pay" }));
  registry.remove("a");
  expect(() => registry.named("a")).toThrow(
    expect.objectContaining({ hint: "it was removed while the runtime ran; similar are: b" }),
  );
});

test("a name that is no slip is met with its relatives in the hierarchy", () => {
  const registry = registryOf(pattern("orders.fulfil"), pattern("orders.refund"), pattern("ops.backup"));
  expect(() => registry.named("orders.something-else")).toThrow(
    expect.objectContaining({ hint: "similar are: orders.fulfil, orders.refund" }),
  );
});

test("a context that nothing serves is met with what comes near, of what its grants allow", () => {
  const serving = (name: string, domain: string, requires: readonly string[]): Pattern =>
    sequential(name, { matches: { domain }, steps: [agent("a", { requires, run: () => 1 })] });
  const registry = registryOf(
    serving("near", "orders.eu", []),
    serving("hidden", "orders.us", ["secret"]),
    serving("far", "hotels", []),
  );
  const context = makeContext({ domain: "orders.asia" }, undefined, { principal: "local", grants: [] });
  expect(registry.nothingServes(context)).toMatchObject({
    code: "pattern-not-found",
    hint: 'register one whose `matches` covers this context, and whose grants the run holds; the nearest: near ({"domain":"orders.eu"})',
  });
});

test("candidates are those of the last version of each name, whatever their grants", () => {
  const at = (version: string, domain: string): Pattern =>
    sequential("a", { version, matches: { domain }, steps: [agent("a", { requires: ["x"], run: () => 1 })] });
  const registry = registryOf(at("1", "orders"), at("2", "orders.*"), pattern("b"));
  const context = makeContext({ domain: "orders" }, undefined, { principal: "local", grants: [] });
  expect(registry.candidates(context).map(({ registered }) => registered.version)).toEqual(["2"]);
});
