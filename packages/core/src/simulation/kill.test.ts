import { expect, test } from "vitest";
import { killAgainAndAgain } from "./kill.ts";

const SEED = 8;

test(
  "a process killed under load loses nothing it acknowledged and repeats none of it",
  { timeout: 120_000 },
  async () => {
    const { faults, runs, acknowledged } = await killAgainAndAgain(SEED, 8);
    expect(faults, `seed ${SEED}`).toEqual([]);
    expect(runs).toBeGreaterThan(64);
    expect(acknowledged).toBeGreaterThan(100);
  },
);
