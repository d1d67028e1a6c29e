import { expect, test } from "vitest";
import { tracing, type TracedPattern } from "./keep-trace.ts";

function run(id: string, more: Partial<TracedPattern> = {}): TracedPattern {
  return { id, pattern: "orders", context: { principal: "local" }, ...more };
}

test("of 100,000 runs all 1,000 that failed or were slow are kept, and 10 % of the rest", () => {
  const { keeps } = tracing({ slowMs: { orders: 500 } });
  const counts = { error: 0, slow: 0, principal: 0, caller: 0, share: 0, none: 0 };
  for (let index = 0; index < 100_000; index++) {
    const status = index % 200 === 0 ? "failed" : "completed";
    const durationMs = index % 200 === 100 ? 501 : 20;
    counts[keeps(run(`run ${index}`), status, durationMs) ?? "none"]++;
  }
  expect(counts).toMatchObject({ error: 500, slow: 500, principal: 0, caller: 0 });
  const share = counts.share / (counts.share + counts.none);
  expect(Math.abs(share - 0.1)).toBeLessThan(0.01);
});

test("whoever is critical, or keeps its own trace, has its runs kept, and says so to those that they call", () => {
  const { keeps, isSampled } = tracing({ share: 0, principals: ["Ada"] });
  const critical = run("a", { context: { principal: "Ada" } });
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0";
  const called = run("b", { origin: { traceparent: `${traceparent}1` } });
  const unsampled = run("c", { origin: { traceparent: `${traceparent}0` } });
  const all = [critical, called, unsampled, run("d")];
  expect(all.map((one) => keeps(one, "completed", 1))).toEqual(["principal", "caller", undefined, undefined]);
  expect(all.map((one) => isSampled(one))).toEqual([true, true, false, false]);
  expect(keeps(critical, "timed-out", 1)).toBe("error");
  expect(keeps(run("d"), "cancelled", 1)).toBeUndefined();
  expect(tracing({ share: 0, propagate: "always" }).isSampled(run("d"))).toBe(true);
});

test("of a share, what is told at the start is what is kept at the end", () => {
  const { keeps, isSampled } = tracing({ share: 0.5 });
  for (let index = 0; index < 200; index++) {
    const one = run(`run ${index}`);
    expect(keeps(one, "completed", 1)).toBe(isSampled(one) ? "share" : undefined);
  }
});
