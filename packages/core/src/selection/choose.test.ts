import { expect, test } from "vitest";
import { seededRandom } from "../random.ts";
import { bounds } from "../score-interval.ts";
import type { Belief, Candidate } from "./candidate.ts";
import { choose } from "./choose.ts";

function candidate(
  pattern: string,
  mean: number,
  belief: Partial<Belief> & { refused?: string } = {},
): Candidate {
  const { refused, ...rest } = belief;
  const deviation = rest.deviation ?? 0.03;
  const [low, high] = [Math.max(0, mean - 2 * deviation), Math.min(1, mean + 2 * deviation)];
  const posterior = { mean, deviation, low, high, evidence: 50, tries: 50, offers: 3, ...rest };
  return { pattern, posterior, ...(refused === undefined ? {} : { refused }) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

const random = (): ReturnType<typeof seededRandom> => seededRandom(1_000);

test("probabilities sum to one, grow with the mean, and never sink below the floor's share", () => {
  const candidates = [candidate("a", 0.5), candidate("b", 0.8), candidate("c", 0.75), candidate("d", 0.1)];
  const { probabilities } = choose({ candidates, random: random() });
  expect(sum(probabilities)).toBeCloseTo(1, 9);
  const [a = 0, b = 0, c = 0, d = 0] = probabilities;
  expect(b).toBeGreaterThan(c);
  expect(c).toBeGreaterThan(a);
  expect(a).toBeGreaterThanOrEqual(0.0025);
  expect(d).toBeCloseTo(0.0025, 6);
});

test("probabilities are those with which the best of drawn beliefs is chosen", () => {
  const candidates = [
    candidate("a", 0.6, { deviation: 0.1 }),
    candidate("b", 0.65, { deviation: 0.04 }),
    candidate("c", 0.5, { deviation: 0.2, doubt: { share: 0.3, mean: 0.8, deviation: 0.1 } }),
  ];
  const { probabilities } = choose({ candidates, random: random(), preset: { width: 1, floor: 0 } });
  const chance = random();
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - chance.next())) * Math.cos(2 * Math.PI * chance.next());
  const wins = [0, 0, 0];
  const draws = 40_000;
  for (let round = 0; round < draws; round++) {
    const drawn = candidates.map(({ posterior }) => {
      const { doubt, mean, deviation } = posterior;
      if (doubt && chance.next() < doubt.share)
        return bounds(doubt.mean, 1.25 * doubt.deviation, normal()).high;
      return bounds(mean, deviation, normal()).high;
    });
    const best = drawn.indexOf(Math.max(...drawn));
    wins[best] = (wins[best] ?? 0) + 1 / draws;
  }
  probabilities.forEach((probability, index) => expect(probability).toBeCloseTo(wins[index] ?? 0, 1.7));
});

test("what seldom succeeded may be much better yet, what seldom failed only a little", () => {
  const chanceOfSecond = (first: number, second: number): number => {
    const candidates = [
      candidate("known", first, { deviation: 0.01 }),
      candidate("little known", second, { deviation: 0.1 }),
    ];
    return choose({ candidates, random: random(), preset: { floor: 0 } }).probabilities[1] ?? 0;
  };
  // As far below the known one, and as little is known of it.
  expect(chanceOfSecond(0.25, 0.1)).toBeGreaterThan(3 * chanceOfSecond(0.99, 0.84));
});

test("patterns are drawn as often as the recorded propensities say", () => {
  const candidates = [candidate("a", 0.7), candidate("b", 0.68), candidate("c", 0.2)];
  const chance = random();
  const counts = new Map<string, number>();
  for (let round = 0; round < 5_000; round++) {
    const { pattern = "" } = choose({ candidates, random: chance });
    counts.set(pattern, (counts.get(pattern) ?? 0) + 1 / 5_000);
  }
  const { record } = choose({ candidates, random: chance });
  for (const { pattern, propensity } of record.candidates) {
    expect(counts.get(pattern) ?? 0).toBeCloseTo(propensity, 1.5);
  }
});

test("the same seed gives the same choices", () => {
  const candidates = [candidate("a", 0.7), candidate("b", 0.69), candidate("c", 0.68)];
  const [one, other] = [random(), random()];
  for (let round = 0; round < 50; round++) {
    expect(choose({ candidates, random: one })).toEqual(choose({ candidates, random: other }));
  }
});

test("a refused candidate has no probability, and the record says why", () => {
  const candidates = [candidate("a", 0.2), candidate("b", 0.99, { refused: "missing-grant" })];
  const { pattern, probabilities, record } = choose({ candidates, random: random() });
  expect(pattern).toBe("a");
  expect(probabilities).toEqual([1, 0]);
  expect(record.candidates[1]).toMatchObject({ pattern: "b", propensity: 0, reason: "missing-grant" });
  expect(record.reason).toMatch(/^a is the only one allowed/);
});

test("where nothing is allowed, nothing is chosen", () => {
  const choice = choose({ candidates: [candidate("a", 0.9, { refused: "breaker-open" })], random: random() });
  expect(choice).toMatchObject({ pattern: undefined, none: "nothing-allowed", probabilities: [0] });
  expect(choice.reason).toBe("none of 1 candidates is allowed");
});

test("a pattern is passed over only when its upper bound is below the threshold", () => {
  const preset = { threshold: 0.85 };
  const unsure = candidate("unsure", 0.5, { high: 0.86, evidence: 3 });
  const poor = candidate("poor", 0.8, { high: 0.84 });
  const choice = choose({ candidates: [unsure, poor], random: random(), preset });
  expect(choice.pattern).toBe("unsure");
  expect(choice.record.candidates[1]?.reason).toBe("known-poor");
  const none = choose({ candidates: [poor], random: random(), preset });
  expect(none).toMatchObject({ pattern: undefined, none: "confidence-too-low" });
  expect(none.reason).toMatch(/known to succeed less often than 85 %/);
});

test("where exploring is forbidden the best is taken and the choice is not evaluable offline", () => {
  const candidates = [candidate("a", 0.7, { deviation: 0.2 }), candidate("b", 0.71, { deviation: 0.2 })];
  const fresh = candidate("new", 0.5, { tries: 0, offers: 500, evidence: 0, deviation: 0.3 });
  const choice = choose({ candidates: [...candidates, fresh], random: random(), explore: false });
  expect(choice.probabilities).toEqual([0, 1, 0]);
  expect(choice.record.evaluable).toBe(false);
  expect(choice.record.forced).toBeUndefined();
  expect(choose({ candidates, random: random() }).record.evaluable).toBe(true);
});

test("means within .005 tie, and the cheaper pattern gets what both would", () => {
  const [dear, cheap] = [
    candidate("dear", 0.803, { cost: { median: 5 } }),
    candidate("cheap", 0.8, { cost: { median: 1 } }),
  ];
  const third = candidate("third", 0.78, { cost: { median: 0.1 } });
  const { probabilities } = choose({
    candidates: [dear, cheap, third],
    random: random(),
    preset: { floor: 0.03 },
  });
  expect(probabilities[0]).toBeCloseTo(0.01, 9);
  expect(probabilities[1]).toBeGreaterThan(probabilities[2] ?? 1);
  expect(sum(probabilities)).toBeCloseTo(1, 9);
});

test("means further apart do not tie, however cheap the lesser one is", () => {
  const candidates = [
    candidate("dear", 0.8055, { cost: { median: 5 } }),
    candidate("cheap", 0.8, { cost: { median: 1 } }),
  ];
  const { probabilities } = choose({ candidates, random: random(), preset: { floor: 0 } });
  expect(probabilities[0]).toBeGreaterThan(0.5);
});

test("there is no tie on little evidence or without known costs", () => {
  const pair = (belief: Partial<Belief>): readonly number[] =>
    choose({
      candidates: [candidate("a", 0.8, belief), candidate("b", 0.8, { cost: { median: 1 } })],
      random: random(),
      preset: { floor: 0 },
    }).probabilities;
  expect(pair({ cost: { median: 9 }, evidence: 2 })[0]).toBeCloseTo(0.5, 2);
  expect(pair({})[0]).toBeCloseTo(0.5, 2);
});

/** Choices among rivals that look hopelessly better, until the new patterns have had `until` tries each. */
function introduce(rivals: number, fresh: number, until: number, seed: number): number[][] {
  const chance = seededRandom(seed);
  const tries = Array.from({ length: fresh }, () => 0);
  const tried: number[][] = Array.from({ length: fresh }, () => []);
  const old = Array.from({ length: rivals }, (_, index) =>
    candidate(`old-${index}`, 0.95, { deviation: 0.001 }),
  );
  for (let round = 1; tries.some((count) => count < until) && round < 5_000; round++) {
    const candidates = [
      ...old,
      ...tries.map((count, at) =>
        candidate(`new-${at}`, 0.1, { deviation: 0.01, tries: count, offers: round - 1 }),
      ),
    ];
    const { pattern = "" } = choose({ candidates, random: chance });
    const at = pattern.startsWith("new-") ? Number(pattern.slice(4)) : -1;
    if (at < 0) continue;
    tries[at] = (tries[at] ?? 0) + 1;
    tried[at]?.push(round);
  }
  return tried;
}

test.each([
  [1, 1],
  [9, 1],
  [1, 9],
  [5, 40],
])(
  "beside %i known patterns each of %i new ones is tried within max(20, 2 × allowed) choices",
  (rivals, fresh) => {
    const within = Math.max(20, 2 * (rivals + fresh));
    for (let seed = 1_000; seed < 1_020; seed++) {
      for (const [first = Infinity, , third = Infinity] of introduce(rivals, fresh, 3, seed)) {
        expect(first).toBeLessThanOrEqual(within);
        expect(third).toBeLessThanOrEqual(3 * within + fresh);
      }
    }
  },
);

test("a pattern with three tries is forced no more", () => {
  const candidates = [
    candidate("old", 0.95, { deviation: 0.001 }),
    candidate("new", 0.1, { tries: 3, offers: 900 }),
  ];
  const { probabilities } = choose({ candidates, random: random() });
  expect(probabilities[1]).toBeCloseTo(0.005, 3);
});

test("a forced try is recorded as such, with the propensity it had", () => {
  const candidates = [candidate("old", 0.95), candidate("new", 0.5, { tries: 0, offers: 17, evidence: 0 })];
  const { record, probabilities } = choose({ candidates, random: random() });
  expect(record.pattern).toBe("new");
  expect(record.forced).toBe(true);
  expect(record.reason).toBe("new is new and gets one of its first three tries");
  expect(record.candidates[0]?.propensity).toBeCloseTo(probabilities[1] ?? 0, 6);
  expect(probabilities[0]).toBeGreaterThan(0);
});

test("a try that nothing else could have come of is not evaluable offline", () => {
  const candidates = [candidate("old", 0.95), candidate("new", 0.5, { tries: 0, offers: 20, evidence: 0 })];
  const { record, probabilities } = choose({ candidates, random: random() });
  expect(probabilities).toEqual([0, 1]);
  expect(record).toMatchObject({ forced: true, evaluable: false });
});

test("the record holds at most 20 candidates and 2 KB, and counts the rest by reason", () => {
  for (const length of [0, 3, 40, 200]) {
    const candidates = Array.from({ length: 300 }, (_, index) =>
      candidate(
        `${"ü".repeat(length)}${index}`,
        0.1 + index / 400,
        index % 3 ? {} : { refused: "missing-grant" },
      ),
    );
    const { record } = choose({ candidates, random: random() });
    expect(record.candidates.length).toBeLessThanOrEqual(20);
    expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThanOrEqual(2_048);
    expect(sum(Object.values(record.others?.counts ?? {})) + record.candidates.length).toBe(300);
    const propensities = record.candidates.map(({ propensity }) => propensity);
    expect(sum(propensities) + (record.others?.propensity ?? 0)).toBeCloseTo(1, 3);
  }
});

test("the reason names the belief, how much it rests on, and the next best", () => {
  const candidates = [
    candidate("fast", 0.87, { low: 0.8, high: 0.92, evidence: 61 }),
    candidate("deep", 0.71, { deviation: 0.01 }),
  ];
  expect(choose({ candidates, random: random(), explore: false }).reason).toBe(
    "fast succeeds in about 87 % here (80 % to 92 %, 61 outcomes); next is deep 71 %",
  );
  const thin = [candidate("fast", 0.87, { evidence: 2 }), candidate("deep", 0.71, { deviation: 0.01 })];
  expect(choose({ candidates: thin, random: random(), explore: false }).reason).toMatch(
    /on little evidence \(2 outcomes\)/,
  );
});
