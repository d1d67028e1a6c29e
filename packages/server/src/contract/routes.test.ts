import { OUTCOME_STATUSES, RUN_STATES } from "@reeve/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { routes } from "./routes.ts";
import { runsQuerySchema } from "./run.ts";

const all = Object.entries(routes);

test("no two routes have the same method and path", () => {
  const places = all.map(([, { method, path }]) => `${method} ${path.replace(/\{\w+\}/g, "{}")}`);
  expect(new Set(places).size).toBe(places.length);
});

test("only a credential that may operate can change something", () => {
  const open = all.filter(([, { method, scope }]) => method !== "GET" && scope !== "operate");
  expect(open).toEqual([]);
});

test("every name in a path is a field of the route's input", () => {
  for (const [, { path, input }] of all) {
    const { properties = {} } = z.toJSONSchema(input, { io: "input" });
    for (const [, name = ""] of path.matchAll(/\{(\w+)\}/g)) expect(Object.keys(properties)).toContain(name);
  }
});

test("runs can be asked for by every state and outcome there is, and by no other", () => {
  expect(runsQuerySchema.parse({ states: RUN_STATES, outcomes: OUTCOME_STATUSES })).toEqual({
    states: RUN_STATES,
    outcomes: OUTCOME_STATUSES,
  });
  expect(runsQuerySchema.safeParse({ states: ["done"] }).success).toBe(false);
});
