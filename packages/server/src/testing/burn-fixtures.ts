/** Series of runs with the alerts that have to fire at times: what the process and Prometheus are both held to. */
import type { Objective } from "@reeve/core";

/** How many runs became good and bad in a minute. */
type Minute = readonly [good: number, bad: number];

export interface BurnFixture {
  readonly title: string;
  readonly objective: Objective;
  /** From minute 0 on. */
  readonly minutes: readonly Minute[];
  /** By minute: the long windows whose alert fires after this minute began. */
  readonly firing: Readonly<Record<number, readonly ("1h" | "6h" | "3d")[]>>;
}

function during(minutes: number, ...cycle: readonly Minute[]): readonly Minute[] {
  return Array.from({ length: minutes }, (_, index) => cycle[index % cycle.length] ?? [0, 0]);
}

const two9s: Objective = { name: "orders-succeed", pattern: "orders", success: 0.99 };

export const burnFixtures: readonly BurnFixture[] = [
  {
    title: "within the budget nothing fires",
    objective: two9s,
    minutes: during(
      800,
      [10, 0],
      [10, 0],
      [10, 0],
      [10, 0],
      [10, 0],
      [10, 0],
      [10, 0],
      [10, 0],
      [10, 0],
      [9, 1],
    ),
    firing: { 60: [], 400: [], 800: [] },
  },
  {
    title: "an outage fires by each pair of windows in turn, and is resolved by the short ones",
    objective: two9s,
    minutes: [...during(120, [10, 0]), ...during(20, [0, 10]), ...during(400, [10, 0])],
    firing: {
      121: [],
      122: ["3d"],
      127: ["3d"],
      128: ["6h", "3d"],
      129: ["1h", "6h", "3d"],
      144: ["1h", "6h", "3d"],
      145: ["6h", "3d"],
      168: ["6h", "3d"],
      169: ["3d"],
      496: ["3d"],
      497: [],
    },
  },
  {
    title: "when nothing runs any more, what fires goes on firing until something ends well",
    objective: { name: "orders_are.quick", pattern: 'say "hi" {{ \\', latency: { p: 0.99, ms: 500 } },
    minutes: [...during(60, [10, 0]), ...during(15, [0, 10]), ...during(400, [0, 0]), ...during(10, [10, 0])],
    firing: {
      60: [],
      75: ["1h", "6h", "3d"],
      100: ["1h", "6h", "3d"],
      475: ["1h", "6h", "3d"],
      476: [],
      480: [],
    },
  },
  {
    title: "too few runs are not judged",
    objective: two9s,
    minutes: during(120, [0, 1], ...during(9, [0, 0])),
    firing: { 60: [], 90: [], 91: ["6h", "3d"], 120: ["6h", "3d"] },
  },
  {
    title: "a low objective fires when most fails",
    objective: { name: "low", pattern: "orders", success: 0.5 },
    minutes: [...during(60, [13, 37]), ...during(60, [1, 49]), ...during(10, [50, 0])],
    firing: { 60: ["3d"], 100: ["1h", "6h", "3d"], 120: ["1h", "6h", "3d"], 126: ["6h", "3d"], 128: ["3d"] },
  },
  {
    title: "exactly at its limit an alert does not fire",
    objective: { name: "exact", pattern: "orders", success: 0.9 },
    minutes: during(100, [9, 11]),
    firing: { 10: ["3d"], 100: ["3d"] },
  },
  {
    title: "a slow burn is a ticket, and is over when six hours are within the budget",
    objective: two9s,
    minutes: [...during(500, [10, 0], [10, 0], [10, 0], [10, 0], [9, 1]), ...during(200, [10, 0])],
    firing: { 300: ["3d"], 500: ["3d"], 670: ["3d"], 690: [] },
  },
];
