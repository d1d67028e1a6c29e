import { expect, test } from "vitest";
import { runsCommand, runsQuery } from "./run-query.ts";

function ask(parameters: Readonly<Record<string, string>>): ReturnType<typeof runsQuery> {
  return runsQuery((name) => parameters[name] ?? "", 10_000_000);
}

test("an empty address asks for the newest runs", () => {
  expect(ask({})).toEqual({ limit: 50 });
});

test("filters, order and page come from the address", () => {
  expect(
    ask({
      status: "failed,waiting",
      pattern: "orders",
      domain: "shop",
      sort: "duration",
      order: "up",
      after: "c1",
    }),
  ).toEqual({
    states: ["waiting"],
    outcomes: ["failed"],
    pattern: "orders",
    domain: "shop",
    sort: "duration",
    descending: false,
    after: "c1",
    limit: 50,
  });
});

test("what the address says wrongly is left out", () => {
  expect(ask({ status: "asleep", sort: "colour", since: "-3" })).toEqual({ limit: 50 });
});

test("a period is asked for by the minute, so that the answer can be kept", () => {
  expect(ask({ since: "3600000" }).startedFrom).toBe(6_360_000);
});

test("the command lists the same", () => {
  expect(runsCommand(ask({ status: "bad", pattern: "a b" })).join(" ")).toBe(
    "reeve runs --outcome failed,rolled-back,rollback-failed,timed-out,rejected --pattern a b",
  );
});
