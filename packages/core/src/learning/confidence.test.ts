import { expect, test } from "vitest";
import { seededRandom } from "../random.ts";
import { createConfidence, restoreConfidence, type Confidence, type ConfidenceState } from "./confidence.ts";

/** Outcomes of one pattern, failures evenly among successes. */
function teach(
  confidence: Confidence,
  pattern: string,
  domain: string,
  successes: number,
  failures: number,
): void {
  const count = successes + failures;
  for (let index = 0; index < count; index++) {
    const failed = Math.floor(((index + 1) * failures) / count) > Math.floor((index * failures) / count);
    confidence.see({ pattern, domain, score: failed ? 0 : 1 });
  }
}

test("an unknown pattern is believed to be anything", () => {
  const { mean, low, high, evidence, tries } = createConfidence().posterior("new", "orders");
  expect(mean).toBeCloseTo(0.5, 1);
  expect(low).toBeLessThan(0.2);
  expect(high).toBeGreaterThan(0.8);
  expect({ evidence, tries }).toEqual({ evidence: 0, tries: 0 });
});

test("a domain with few outcomes is shrunk toward what the pattern does elsewhere", () => {
  const confidence = createConfidence();
  for (const domain of ["a", "b", "c", "d", "e"]) {
    teach(confidence, "good", domain, 36, 4);
    teach(confidence, "poor", domain, 8, 32);
  }
  confidence.see({ pattern: "good", domain: "new", score: 0 });
  confidence.see({ pattern: "poor", domain: "new", score: 0 });
  const [good, poor] = [confidence.posterior("good", "new"), confidence.posterior("poor", "new")];
  expect(good.mean).toBeGreaterThan(0.45);
  expect(poor.mean).toBeLessThan(0.25);
  expect(good.evidence).toBe(1);
});

test("with many outcomes of its own a domain is believed as it is", () => {
  const confidence = createConfidence();
  for (const domain of ["a", "b", "c"]) teach(confidence, "pattern", domain, 90, 10);
  teach(confidence, "pattern", "odd", 60, 240);
  expect(confidence.posterior("pattern", "odd").mean).toBeCloseTo(0.2, 1);
  expect(confidence.posterior("pattern", "a").mean).toBeCloseTo(0.9, 1);
});

test("a pattern that met only hard tasks is not taken for a poor one", () => {
  const confidence = createConfidence();
  teach(confidence, "other", "easy", 90, 10);
  teach(confidence, "other", "hard", 20, 80);
  teach(confidence, "hard-only", "hard", 30, 70);
  expect(confidence.posterior("hard-only", "easy").mean).toBeGreaterThan(0.65);
});

test.each([
  ["in one other domain", ["x"]],
  ["in ten other domains", ["x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9"]],
])("1,000 failures %s move a domain with 30 outcomes by at most .02", (_, elsewhere) => {
  for (const [successes, failures] of [
    [30, 0],
    [27, 3],
    [24, 6],
    [18, 12],
  ] as const) {
    for (const early of [0, 40]) {
      const confidence = createConfidence();
      teach(confidence, "rival", "own", 20, 10);
      if (early > 0) for (const domain of elsewhere) teach(confidence, "pattern", domain, early, 0);
      teach(confidence, "pattern", "own", successes, failures);
      const before = confidence.posterior("pattern", "own").mean;
      for (let index = 0; index < 1_000; index++) {
        confidence.see({ pattern: "pattern", domain: elsewhere[index % elsewhere.length] ?? "", score: 0 });
      }
      const after = confidence.posterior("pattern", "own").mean;
      expect(Math.abs(after - before), `${successes} of 30, ${early} elsewhere`).toBeLessThanOrEqual(0.02);
    }
  }
});

test("a pattern that turns bad is believed to be bad within a few outcomes, however long it was good", () => {
  const confidence = createConfidence();
  teach(confidence, "pattern", "orders", 4_500, 500);
  for (let index = 0; index < 15; index++) confidence.see({ pattern: "pattern", domain: "orders", score: 0 });
  expect(confidence.posterior("pattern", "orders").mean).toBeLessThan(0.3);
});

test("a change leaves doubt that grows until the pattern is tried again", () => {
  const confidence = createConfidence();
  teach(confidence, "pattern", "orders", 450, 50);
  teach(confidence, "pattern", "orders", 0, 30);
  const soon = confidence.posterior("pattern", "orders").doubt?.share ?? 0;
  teach(confidence, "rival", "orders", 200, 100);
  const later = confidence.posterior("pattern", "orders").doubt;
  expect(later?.share).toBeGreaterThan(soon + 0.03);
  expect(later?.mean).toBeGreaterThan(0.6);
});

test("a fallen pattern that is tried again in one domain is doubted less in the others, too", () => {
  const confidence = createConfidence();
  const domains = ["a", "b", "c"];
  for (const domain of domains) teach(confidence, "pattern", domain, 180, 20);
  for (const domain of domains) teach(confidence, "pattern", domain, 0, 30);
  teach(confidence, "rival", "a", 200, 100);
  const doubtIn = (domain: string): number => confidence.posterior("pattern", domain).doubt?.share ?? 0;
  const before = doubtIn("b");
  expect(before).toBeGreaterThan(0.05);
  confidence.see({ pattern: "pattern", domain: "a", score: 0 });
  expect(doubtIn("b")).toBeLessThan(before / 2);
});

test("a pattern that fell is known to be poor at first, and not for ever", () => {
  const confidence = createConfidence();
  teach(confidence, "pattern", "orders", 450, 50);
  teach(confidence, "pattern", "orders", 0, 30);
  expect(confidence.posterior("pattern", "orders").high).toBeLessThan(0.6);
  teach(confidence, "rival", "orders", 200, 100);
  const { high, doubt } = confidence.posterior("pattern", "orders");
  expect(high).toBeGreaterThan(0.6);
  expect(high).toBeLessThan((doubt?.mean ?? 0) + 2 * (doubt?.deviation ?? 0));
});

test("`unchanging` never takes a change for real, `eager` does sooner than `conservative`", () => {
  const failuresUntilDistrust = (memory: "eager" | "conservative" | "unchanging"): number => {
    const confidence = createConfidence({ memory });
    teach(confidence, "pattern", "orders", 450, 50);
    for (let count = 1; count <= 100; count++) {
      confidence.see({ pattern: "pattern", domain: "orders", score: 0 });
      if (confidence.posterior("pattern", "orders").mean < 0.5) return count;
    }
    return Infinity;
  };
  expect(failuresUntilDistrust("eager")).toBeLessThan(failuresUntilDistrust("conservative"));
  expect(failuresUntilDistrust("conservative")).toBeLessThan(20);
  expect(failuresUntilDistrust("unchanging")).toBe(Infinity);
});

test("when several patterns change, what was learned of the others counts for little", () => {
  const domains = ["a", "b", "c", "d"];
  const confidence = createConfidence();
  for (const domain of domains) {
    for (const pattern of ["first", "second"]) teach(confidence, pattern, domain, 90, 10);
    teach(confidence, "forgotten", domain, 4, 16);
  }
  const before = confidence.posterior("forgotten", "a");
  for (let index = 0; index < 60; index++) {
    const domain = domains[index % domains.length] ?? "";
    for (const pattern of ["first", "second"])
      confidence.see({ pattern, domain, score: index % 5 === 0 ? 1 : 0 });
  }
  const after = confidence.posterior("forgotten", "a");
  expect(after.deviation).toBeGreaterThan(before.deviation * 1.3);
  expect(after.evidence).toBeLessThan(before.evidence / 2);
});

test("many patterns of which each seems to have changed a little tell of a change before any of them alone would", () => {
  const domains = ["a", "b", "c", "d"];
  const evidenceAfter = (changing: readonly string[]): number => {
    const confidence = createConfidence();
    for (const domain of domains) {
      for (const pattern of ["1", "2", "3", "4", "5", "6"]) teach(confidence, pattern, domain, 90, 10);
      teach(confidence, "forgotten", domain, 4, 16);
    }
    for (const domain of domains) {
      for (const pattern of changing) confidence.see({ pattern, domain, score: 0 });
    }
    return confidence.posterior("forgotten", "a").evidence;
  };
  expect(evidenceAfter(["1", "2", "3", "4", "5", "6"])).toBeLessThan(10);
  expect(evidenceAfter(["1", "2"])).toBe(20);
});

test("names that every object has are names like others", () => {
  const confidence = createConfidence();
  const names = ["constructor", "__proto__", "toString"];
  for (let index = 0; index < 120; index++) {
    for (const name of names) {
      const raw = { [name]: index, size: index % 10 };
      confidence.meet(raw);
      confidence.chose({ pattern: name, domain: name, id: `${name}-${index}`, at: index });
      confidence.see({ pattern: name, domain: name, score: index % 2, features: confidence.scale(raw) });
    }
  }
  const restored = restoreConfidence(JSON.parse(JSON.stringify(confidence.save())) as ConfidenceState);
  for (const name of names) {
    expect(restored.posterior(name, name, { size: 1 })).toEqual(
      confidence.posterior(name, name, { size: 1 }),
    );
    expect(restored.posterior(name, name).mean).toBeCloseTo(0.5, 1);
  }
});

test("without a change there is no doubt, however long nobody asks", () => {
  const confidence = createConfidence();
  teach(confidence, "pattern", "orders", 40, 10);
  teach(confidence, "rival", "orders", 900, 100);
  expect(confidence.posterior("pattern", "orders").doubt).toBeUndefined();
});

test("one principal among several cannot poison a pattern for the rest", () => {
  const confidence = createConfidence();
  const others = Array.from({ length: 7 }, (_, index) => `user-${index}`);
  for (let index = 0; index < 280; index++) {
    const principal = others[index % others.length] ?? "";
    confidence.see({ pattern: "pattern", domain: "orders", score: index % 10 === 0 ? 0 : 1, principal });
  }
  const before = confidence.posterior("pattern", "orders").mean;
  for (let index = 0; index < 1_000; index++) {
    confidence.see({ pattern: "pattern", domain: "orders", score: 0, principal: "mallory" });
  }
  expect(before).toBeGreaterThan(0.85);
  expect(confidence.posterior("pattern", "orders").mean).toBeGreaterThan(before - 0.2);
});

test("a principal who is alone counts in full", () => {
  const [alone, unnamed] = [createConfidence(), createConfidence()];
  for (let index = 0; index < 300; index++) {
    alone.see({ pattern: "pattern", score: index % 3 === 0 ? 0 : 1, principal: "local" });
    unnamed.see({ pattern: "pattern", score: index % 3 === 0 ? 0 : 1 });
  }
  expect(alone.posterior("pattern")).toEqual(unnamed.posterior("pattern"));
});

test("a choice that takes longer than the pattern's p95 counts as a failure until it ends", () => {
  const confidence = createConfidence();
  for (let index = 0; index < 20; index++) {
    confidence.see({ pattern: "slow", domain: "orders", score: 1, durationMs: 100 });
  }
  confidence.chose({ pattern: "slow", domain: "orders", id: "run-1", at: 1_000 });
  confidence.chose({ pattern: "slow", domain: "orders", id: "run-2", at: 1_000 });
  const mean = (at: number): number => confidence.posterior("slow", "orders", {}, at).mean;
  const inTime = mean(1_050);
  const late = mean(2_000);
  expect(late).toBeLessThan(inTime - 0.03);
  confidence.dismiss("slow", "run-1");
  expect(mean(2_000)).toBeGreaterThan(late);
  confidence.see({ pattern: "slow", domain: "orders", score: 1, durationMs: 1_100, id: "run-2" });
  expect(mean(2_000)).toBeGreaterThanOrEqual(inTime);
});

test("a choice whose run was cancelled or refused is no try, but not for ever", () => {
  const confidence = createConfidence();
  const tries = (): number => confidence.posterior("new", "orders").tries;
  for (let run = 0; run < 3; run++) {
    confidence.chose({ pattern: "new", domain: "orders", id: `cancelled-${run}`, at: 0 });
    expect(tries()).toBe(1);
    confidence.dismiss("new", `cancelled-${run}`);
    expect(tries()).toBe(0);
  }
  // One that was started by name was never counted as a try.
  confidence.dismiss("new", "by name");
  const restored = restoreConfidence(confidence.save());
  restored.chose({ pattern: "new", domain: "orders", id: "once more", at: 0 });
  restored.dismiss("new", "once more");
  expect(restored.posterior("new", "orders").tries).toBe(1);
});

test("durations and costs are told once there are five, and one absurd value does not move them", () => {
  const confidence = createConfidence();
  for (let index = 0; index < 4; index++)
    confidence.see({ pattern: "p", score: 1, durationMs: 200, cost: 0.02 });
  expect(confidence.posterior("p").durationMs).toBeUndefined();
  for (let index = 0; index < 60; index++)
    confidence.see({ pattern: "p", score: 1, durationMs: 200, cost: 0.02 });
  confidence.see({ pattern: "p", score: 1, durationMs: 9e9, cost: 1e6 });
  const { durationMs, cost } = confidence.posterior("p");
  expect(durationMs?.p95).toBeCloseTo(200, -2);
  expect(cost?.median).toBeGreaterThan(0.018);
  expect(cost?.median).toBeLessThan(0.022);
});

test("a feature that decides is used, and one that says nothing is not", () => {
  const random = seededRandom(1_001);
  const [decides, nothing] = [createConfidence(), createConfidence()];
  for (let index = 0; index < 600; index++) {
    const raw = { size: random.next() * 2 - 1 };
    for (const confidence of [decides, nothing]) {
      const features = confidence.scale(raw);
      confidence.meet(raw);
      const chance = confidence === decides ? (raw.size > 0 ? 0.9 : 0.2) : 0.6;
      confidence.see({ pattern: "p", features, score: random.next() < chance ? 1 : 0 });
    }
  }
  const spread = (confidence: Confidence): number =>
    confidence.posterior("p", "", confidence.scale({ size: 0.8 })).mean -
    confidence.posterior("p", "", confidence.scale({ size: -0.8 })).mean;
  expect(spread(decides)).toBeGreaterThan(0.5);
  expect(Math.abs(spread(nothing))).toBeLessThan(0.03);
});

/** A life of several patterns, domains, principals and features, from a seed. */
function live(confidence: Confidence, seed: number, from: number, to: number): void {
  const random = seededRandom(seed);
  for (let index = 0; index < to; index++) {
    const raw = {
      size: random.next() * 1_000,
      urgent: index % 7,
      sparse: index % 5 ? undefined : random.next(),
    };
    const [pattern, domain] = [
      `pattern-${Math.floor(random.next() * 5)}`,
      `domain-${Math.floor(random.next() * 6)}`,
    ];
    const chance = raw.size / 1_000 > 0.5 && index < 900 ? 0.9 : 0.3;
    const score = random.next() < chance ? 1 : 0;
    if (index < from) continue;
    const features = confidence.scale(raw);
    confidence.meet(raw);
    confidence.chose({ pattern, domain, offered: [pattern, "pattern-9"], id: `run-${index}`, at: index });
    if (index % 10 === 3) continue;
    const principal = `user-${index % 3}`;
    confidence.see({
      pattern,
      domain,
      features,
      score,
      principal,
      durationMs: 1 + raw.size,
      cost: 0.1,
      id: `run-${index}`,
    });
    if (index % 4 === 0)
      confidence.correct({
        pattern,
        domain,
        before: score,
        score: random.next(),
        principal: `user-${index % 5}`,
      });
  }
}

test("a restored state goes on exactly as the original does", () => {
  const original = createConfidence();
  live(original, 1_002, 0, 800);
  const restored = restoreConfidence(JSON.parse(JSON.stringify(original.save())) as ConfidenceState);
  live(original, 1_002, 800, 1_200);
  live(restored, 1_002, 800, 1_200);
  expect(restored.save()).toEqual(original.save());
  expect(restored.posterior("pattern-1", "domain-2", {}, 5_000)).toEqual(
    original.posterior("pattern-1", "domain-2", {}, 5_000),
  );
});

test("the same outcomes give the same state", () => {
  const [one, other] = [createConfidence(), createConfidence()];
  live(one, 1_003, 0, 500);
  live(other, 1_003, 0, 500);
  expect(one.save()).toEqual(other.save());
});

test("asking changes nothing", () => {
  const confidence = createConfidence();
  live(confidence, 1_004, 0, 300);
  const before = JSON.stringify(confidence.save());
  confidence.posterior("pattern-1", "domain-1", confidence.scale({ size: 5 }), 1e9);
  confidence.posterior("unheard-of", "nowhere");
  expect(JSON.stringify(confidence.save())).toBe(before);
});

test("what a pattern has learned holds within 4 KB, whatever it meets", () => {
  const confidence = createConfidence();
  const random = seededRandom(1_005);
  for (let index = 0; index < 3_000; index++) {
    const raw = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`a-rather-long-feature-name-${at}`, random.next() * 1e6]),
    );
    const features = confidence.scale(raw);
    confidence.meet(raw);
    const domain = `company.department.team.domain-${index % 200}`;
    const principal = `principal-${index % 20}`;
    const durationMs = Math.exp(random.next() * 20);
    confidence.see({
      pattern: "p",
      domain,
      features,
      principal,
      durationMs,
      cost: durationMs,
      score: random.next(),
    });
  }
  const state = confidence.save();
  expect(JSON.stringify(state.patterns["p"]).length).toBeLessThanOrEqual(4_096);
});

test("a forgotten pattern is new again", () => {
  const confidence = createConfidence();
  teach(confidence, "kept", "orders", 10, 10);
  teach(confidence, "gone", "orders", 0, 50);
  confidence.forget("gone");
  expect(confidence.patterns()).toEqual(["kept"]);
  const { mean, evidence, tries } = confidence.posterior("gone", "orders");
  expect({ evidence, tries }).toEqual({ evidence: 0, tries: 0 });
  expect(mean).toBeGreaterThan(0.35);
});
