import { expect, test } from "vitest";
import { cutAfterEachSync } from "./power-cut.ts";
import { canTrace } from "./system-trace.ts";

test.skipIf(!canTrace()).each(["here", "thread"] as const)(
  "what is acknowledged is synced before, and is there after a power cut at any sync, written %s (needs strace)",
  { timeout: 120_000 },
  (writer) => {
    const { faults, cuts, acknowledged } = cutAfterEachSync(writer);
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThan(100);
    expect(cuts).toBeGreaterThan(20);
  },
);
