import { expect, test } from "vitest";
import { campaign } from "./campaign.ts";

const FIRST_SEED = 100_000;
const PROGRAMS = 4_000;

test("a run crashed after any write ends as if undisturbed, in thousands of programs", async () => {
  const { failures, programs, crashed, exact, repeated, coverage } = await campaign(FIRST_SEED, PROGRAMS);
  process.stdout.write(
    `${programs} programs from seed ${FIRST_SEED}: ${crashed} crashed runs, ${exact} of them compared in everything, ` +
      `${repeated} stretches walked again\n${coverage.toString()}\n`,
  );
  expect(failures.join("\n")).toBe("");
  expect(coverage.empty()).toEqual([]);
});
