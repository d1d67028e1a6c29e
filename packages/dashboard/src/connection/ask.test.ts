import { routes } from "@reeve/server/contract";
import { expect, test } from "vitest";
import { addressOf, ROUTES } from "./ask.ts";

test("methods and paths are those of the contract", () => {
  const theirs = Object.fromEntries(
    Object.entries(routes)
      .filter(([name]) => name in ROUTES)
      .map(([name, { method, path }]) => [name, [method, path]]),
  );
  expect(ROUTES).toEqual(theirs);
});

test("what the path names is encoded into it, the rest is the query", () => {
  expect(addressOf("runSteps", { id: "a/b c?", limit: 5 })).toBe("/api/runs/a%2Fb%20c%3F/steps?limit=5");
  expect(addressOf("runs", { states: ["queued", "running"], pattern: "a&b" })).toBe(
    "/api/runs?states=queued%2Crunning&pattern=a%26b",
  );
});
