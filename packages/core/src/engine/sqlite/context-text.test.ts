import { expect, test } from "vitest";
import type { Context } from "../../delegation/context.ts";
import { contextOf, contextText } from "./context-text.ts";

const usual: Context = {
  domain: "default",
  agentType: "default",
  priority: 2,
  attributes: {},
  principal: "local",
  grants: [],
};

test("a context is read as it was written, whatever of it is unusual", () => {
  const unusual: Context = {
    domain: "orders",
    agentType: "deep",
    priority: 0,
    attributes: { size: 3, tags: ["a"], none: null },
    principal: "ana",
    grants: ["stock:write"],
  };
  for (const property of Object.keys(usual)) {
    const context = {
      ...usual,
      [property]: Object.entries(unusual).find(([name]) => name === property)?.[1],
    };
    expect(contextOf(contextText(context), "run")).toEqual(context);
  }
  expect(contextOf(contextText(unusual), "run")).toEqual(unusual);
});

test("the usual context takes no room, and is read from what earlier versions wrote of it, too", () => {
  expect(contextText(usual)).toBe("{}");
  expect(contextOf("{}", "run")).toEqual(usual);
  expect(contextOf(JSON.stringify(usual), "run")).toEqual(usual);
});

test.each(["null", "[]", '"x"', '{"grants":"all"}', '{"domain":3}'])("%s is told to be damage", (text) => {
  expect(() => contextOf(text, "run-1")).toThrow(/the context of run run-1 is not what was written/);
});
