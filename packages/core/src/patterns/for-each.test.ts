import { describe, expect, it } from "vitest";
import { agent } from "../delegation/agent.ts";
import { forEach, type ForEachOptions } from "./for-each.ts";

const size = agent("size", { run: (it: string) => it.length });
const items = (it: string[]): string[] => it;

type Options = ForEachOptions<
  string[],
  string,
  "size",
  string,
  number,
  undefined,
  { readonly failureRate: number }
>;
const build = (options: Partial<Options>) => () => forEach("scan", { items, step: size, ...options });

describe("forEach", () => {
  it("keeps its step, items and limits", () => {
    const pattern = forEach("scan", { items, step: size, concurrencyMax: 4, tolerate: { failureRate: 0 } });
    expect(pattern).toMatchObject({
      kind: "for-each",
      items,
      step: size,
      concurrencyMax: 4,
      batch: undefined,
    });
    expect(pattern.tolerate).toEqual({ failureRate: 0 });
  });

  it("takes each kind of tolerance", () => {
    for (const tolerate of [{ failures: 0 }, { quorum: 3 }, { failureRate: 1 }])
      expect(forEach("scan", { items, step: size, tolerate }).tolerate).toEqual(tolerate);
  });

  it.each([
    ["a failure rate above 1", build({ tolerate: { failureRate: 1.1 } }), "tolerate.failureRate is 1.1"],
    [
      "a failure rate that is no number",
      build({ tolerate: { failureRate: Number.NaN } }),
      "failureRate is NaN",
    ],
    ["no concurrency", build({ concurrencyMax: 0 }), "concurrencyMax is 0"],
    [
      "a batch of 0",
      () => forEach("scan", { items, step: agent("s", { run: (it: string[]) => it }), batch: 0 }),
      "batch is 0",
    ],
    ["items that are no function", build({ items: ["a"] as unknown as typeof items }), "items is [ 'a' ]"],
    ["a step that is none", build({ step: "size" as unknown as typeof size }), "step is size"],
  ])("refuses %s", (_what, refused, message) => {
    expect(refused).toThrow(
      expect.objectContaining({ code: "pattern-invalid", message: expect.stringContaining(message) }),
    );
  });
});
