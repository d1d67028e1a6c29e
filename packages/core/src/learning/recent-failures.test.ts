import { expect, test } from "vitest";
import { RecentFailures } from "./recent-failures.ts";

test("the share is that of the last 50 runs of the domain, those that are missing taken for successes", () => {
  const recent = new RecentFailures();
  for (let run = 0; run < 10; run++) recent.see("orders", true);
  expect(recent.share("orders")).toBe(0.2);
  expect(recent.share("other")).toBe(0);
  for (let run = 0; run < 45; run++) recent.see("orders", false);
  expect(recent.share("orders")).toBe(0.1);
  for (let run = 0; run < 5; run++) recent.see("orders", false);
  expect(recent.share("orders")).toBe(0);
});

test("what was saved goes on as it would have, also where the oldest runs fall out", () => {
  const recent = new RecentFailures();
  for (let run = 0; run < 70; run++) recent.see("orders", run % 3 === 0);
  recent.see("other", true);
  const restored = new RecentFailures(recent.save());
  expect(restored.save()).toEqual(recent.save());
  for (let run = 0; run < 30; run++) {
    recent.see("orders", run % 2 === 0);
    restored.see("orders", run % 2 === 0);
    expect(restored.share("orders")).toBe(recent.share("orders"));
  }
});

test("of more domains than are followed the one that has been silent longest is given up", () => {
  const recent = new RecentFailures();
  recent.see("first", true);
  recent.see("second", true);
  recent.see("first", true);
  for (let domain = 0; domain < 999; domain++) recent.see(`domain-${domain}`, false);
  expect(recent.share("first")).toBe(0.04);
  expect(recent.share("second")).toBe(0);
});
