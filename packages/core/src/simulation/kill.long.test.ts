import { expect, test } from "vitest";
import { killAgainAndAgain } from "./kill.ts";

const SEED = 100;

test("a process killed a hundred times under load loses nothing it acknowledged and repeats none of it", async () => {
  const { faults, kills, runs, acknowledged } = await killAgainAndAgain(SEED, 100);
  process.stdout.write(`seed ${SEED}: ${kills} kills, ${runs} runs, ${acknowledged} steps acknowledged\n`);
  expect(faults, `seed ${SEED}`).toEqual([]);
  expect(acknowledged).toBeGreaterThan(1_000);
});
