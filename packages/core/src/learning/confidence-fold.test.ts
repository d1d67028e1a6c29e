import { describe, expect, it } from "vitest";
import type { Context } from "../delegation/context.ts";
import type { Event, Fact } from "../delegation/event.ts";
import type { Fold } from "../delegation/fold.ts";
import { confidenceFold, type Learned } from "./confidence-fold.ts";
import { featuresOf, frozen } from "./features-of.ts";

const context = (attributes: Context["attributes"] = {}): Context => ({
  domain: "orders",
  agentType: "default",
  priority: 2,
  attributes,
  principal: "local",
  grants: [],
});

let position = 0;
const eventOf = (run: string, fact: Fact): Event => ({
  version: 1,
  run,
  seq: 1,
  position: ++position,
  at: position,
  ...fact,
});

function started(run: string, pattern: string, attributes?: Context["attributes"]): Event {
  const candidate = { pattern, mean: 0.5, low: 0.1, high: 0.9, propensity: 1, reason: "chosen" };
  const choice = { pattern, reason: "", evaluable: true, candidates: [candidate], alsoNew: ["newest"] };
  return eventOf(run, {
    kind: "run-started",
    pattern,
    patternVersion: "1",
    input: undefined,
    context: context(attributes),
    choice,
  });
}

type Ended = Extract<Fact, { readonly kind: "run-ended" }>;

function ended(run: string, status: Ended["outcome"]["status"], more: Partial<Ended> = {}): Event {
  const aftermath = { undone: [], notUndone: [], unsure: [], kept: [] };
  const error = { name: "Error", message: "", code: "thrown", path: "" };
  const outcomes: { readonly [each in Ended["outcome"]["status"]]: Ended["outcome"] } = {
    completed: { status: "completed", output: { of: "item", list: { of: "payload", id: 1 }, index: 0 } },
    failed: { status: "failed", error, ...aftermath },
    "rolled-back": { status: "rolled-back", error, ...aftermath },
    "rollback-failed": { status: "rollback-failed", because: "failed", error, ...aftermath },
    cancelled: { status: "cancelled", reason: "", ...aftermath },
    "timed-out": { status: "timed-out", afterMs: 1, ...aftermath },
    rejected: { status: "rejected", reason: "", error, ...aftermath },
  };
  const outcome = outcomes[status];
  return eventOf(run, { kind: "run-ended", outcome, pattern: "a", domain: "orders", durationMs: 5, ...more });
}

function after(events: readonly Event[], fold: Fold<Learned> = confidenceFold()): Learned {
  return events.reduce((state, event) => fold.apply(state, event), fold.initial());
}

const beliefIn = ({ confidence }: Learned) => confidence.posterior("a", "orders");

describe("the confidence fold", () => {
  it("learns from how runs end, however they were started", () => {
    const half = after([ended("1", "completed", { score: 0.5 })]);
    const well = after([ended("1", "completed")]);
    for (const status of ["failed", "rolled-back", "rollback-failed", "timed-out"] as const) {
      const poor = after([ended("1", status)]);
      expect(beliefIn(poor).evidence, status).toBe(1);
      expect(beliefIn(poor).mean).toBeLessThan(beliefIn(half).mean);
    }
    expect(beliefIn(half).mean).toBeLessThan(beliefIn(well).mean);
  });

  it.each([
    ["a cancelled run", ended("1", "cancelled")],
    ["a rejected run", ended("1", "rejected")],
    ["a retry or fork", ended("1", "failed", { teaches: false })],
    ["a stranded run", eventOf("1", { kind: "run-stranded", reason: "", hint: "", pattern: "a" })],
  ])("learns nothing from %s, and waits for it no longer", (_what, event) => {
    const learned = after([started("1", "a"), event]);
    expect(beliefIn(learned)).toMatchObject({ evidence: 0, tries: 0 });
    expect(learned.confidence.save().pending).toEqual({});
  });

  it("learns from each level of a chain that ran to its own end", () => {
    const level = (more: object): Event =>
      eventOf("1", {
        kind: "level-ended",
        path: "a",
        chain: "chain",
        pattern: "a",
        domain: "orders",
        ok: false,
        durationMs: 5,
        ...more,
      });
    expect(beliefIn(after([level({})])).mean).toBeLessThan(0.4);
    expect(beliefIn(after([level({ ok: true })])).mean).toBeGreaterThan(0.6);
    expect(beliefIn(after([level({ stopped: "timed-out" })])).evidence).toBe(1);
    for (const more of [{ stopped: "cancelled" }, { stopped: "sibling-failed" }, { teaches: false }])
      expect(beliefIn(after([level(more)])).evidence).toBe(0);
  });

  it("lets feedback correct what its run has taught, and counts no execution for it", () => {
    const feedback = (score: number, before?: number): Event =>
      eventOf("1", {
        kind: "feedback-given",
        score,
        ...(before !== undefined && { before }),
        pattern: "a",
        domain: "orders",
        by: "local",
      });
    const runs = Array.from({ length: 5 }, (_, index) => ended(String(index), "completed"));
    const corrected = after([...runs, feedback(0.5, 1), feedback(0, 0.5)]);
    expect(beliefIn(corrected).mean).toBeLessThan(beliefIn(after(runs)).mean - 0.05);
    expect(beliefIn(corrected)).toMatchObject({ evidence: 5, tries: 5 });
    expect(beliefIn(after([...runs, feedback(0)]))).toEqual(beliefIn(after(runs)));
  });

  it("counts what was offered, and waits for what was chosen", () => {
    const { confidence } = after([started("1", "a"), started("2", "a")]);
    expect(confidence.posterior("newest").offers).toBe(2);
    expect(confidence.save().pending).toEqual({
      a: [expect.arrayContaining(["1"]), expect.arrayContaining(["2"])],
    });
  });

  it("goes on from its checkpoint as if it had never stopped", () => {
    const events = Array.from({ length: 400 }, (_, index) => {
      const run = String(index);
      const isWell = (index * 7) % 10 < (index < 200 ? 9 : 3);
      const features = { n: (index % 5) - 2 };
      const end = ended(run, isWell ? "completed" : "failed", { features, principal: `p${index % 3}` });
      return [started(run, "a", { n: index % 5 }), end];
    }).flat();
    const fold = confidenceFold();
    const saved: unknown = JSON.parse(JSON.stringify(fold.save?.(after(events.slice(0, 333), fold))));
    const revived = fold.revive?.(saved) ?? fold.initial();
    const onwards = events.slice(333).reduce((state, event) => fold.apply(state, event), revived);
    expect(fold.save?.(onwards)).toEqual(fold.save?.(after(events, fold)));
  });

  it("learns nothing from runs that nobody started", () => {
    const ofLog = ended("reeve:resources:2026-01-01", "completed", { pattern: "reeve:controls" });
    const { confidence, recent } = after([ofLog]);
    expect(confidence.patterns()).toEqual([]);
    expect(recent.save()).toEqual([]);
  });

  it("tells the share of failures over the last 50 runs of a domain", () => {
    const ends = (count: number, status: "completed" | "failed") =>
      Array.from({ length: count }, (_, index) => ended(String(index), status));
    expect(after(ends(3, "failed")).recent.share("orders")).toBe(0.06);
    expect(after([...ends(50, "failed"), ...ends(49, "completed")]).recent.share("orders")).toBe(0.02);
    expect(after(ends(50, "failed")).recent.share("hotels")).toBe(0);
  });
});

describe("features of a context", () => {
  it("are its numbers and booleans, and its priority", () => {
    const attributes = {
      express: true,
      weight: 2.5,
      tenant: "acme",
      tags: ["a"],
      deep: { n: 1 },
      none: null,
    };
    expect(featuresOf(context(attributes))).toEqual({ "context.priority": 2, express: 1, weight: 2.5 });
  });

  it("are kept rounded, at most 64, those that are there before those that are missing", () => {
    const missing = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`m${index}?`, 1]));
    const kept = frozen({ ...missing, b: 0.123456, zero: 0 });
    expect(Object.keys(kept ?? {})).toHaveLength(64);
    expect(kept).toMatchObject({ b: 0.123 });
    expect(frozen({ zero: 0.0001 })).toBeUndefined();
  });
});
