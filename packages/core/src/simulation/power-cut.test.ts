import { expect, test } from "vitest";
import { cutAfterEachSync } from "./power-cut.ts";
import { canTrace } from "./system-trace.ts";

test.skipIf(!canTrace())(
  "what is acknowledged is synced before, and is there after a power cut at any sync (needs strace)",
  { timeout: 120_000 },
  () => {
    const { faults, cuts, acknowledged } = cutAfterEachSync();
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThan(100);
    expect(cuts).toBeGreaterThan(20);
  },
);
