/** `npm run bench -- SCENARIO [options]`: runs one benchmark and prints its table. */
import { parseArgs } from "node:util";
import { dashboard } from "./dashboard/dashboard.ts";
import { cancel } from "./scenarios/cancel.ts";
import { durable } from "./scenarios/durable.ts";
import { isClientKind } from "./observe/measured.ts";
import { observe } from "./observe/observe.ts";
import { selectionCost } from "./selection/selection-cost.ts";
import { selection } from "./selection/selection.ts";

interface Scenario {
  readonly summary: string;
  run(args: readonly string[]): Promise<void>;
}

const scenarios: { readonly [name: string]: Scenario } = {
  cancel: {
    summary: "how long a cancel takes to reach a function, a child's function, a process; with its bar",
    run: async (args) => {
      const { values } = parseArgs({
        args: [...args],
        options: { cancels: { type: "string", default: "200" } },
      });
      const cancels = Number(values.cancels);
      if (!Number.isInteger(cancels) || cancels < 1) {
        throw new RangeError(`--cancels ${values.cancels}: use a whole number, 1 or more`);
      }
      if (!(await cancel({ cancels }))) process.exitCode = 1;
    },
  },
  dashboard: {
    summary:
      "a run of 50,000 events, and an hour of 3.6 million replayed, in a real Chromium: first rows, scrolling, memory; with bars",
    run: async (args) => {
      const { values } = parseArgs({
        args: [...args],
        options: {
          runs: { type: "string", default: "3" },
          quick: { type: "boolean", default: false },
          only: { type: "string" },
        },
      });
      const runs = Number(values.runs);
      if (!Number.isInteger(runs) || runs < 1) {
        throw new RangeError(`--runs ${values.runs}: use a whole number, 1 or more`);
      }
      const { quick, only } = values;
      if (!(await dashboard({ runs, quick, only }))) process.exitCode = 1;
    },
  },
  durable: {
    summary: "durable runs on SQLite, fsync on: speed, size, memory, restart, pages; each with its bar",
    run: async (args) => {
      const { values } = parseArgs({
        args: [...args],
        options: {
          quick: { type: "boolean", default: false },
          json: { type: "boolean", default: false },
          rounds: { type: "string", default: "5" },
          peers: { type: "boolean", default: false },
          only: { type: "string" },
        },
      });
      const rounds = Number(values.rounds);
      if (!Number.isInteger(rounds) || rounds < 1) {
        throw new RangeError(`--rounds ${values.rounds}: use a whole number, 1 or more`);
      }
      const { quick, json, peers, only } = values;
      await durable({ quick, json, peers, only, rounds: quick ? 1 : rounds });
    },
  },
  observe: {
    summary: "what being watched costs: processor time, throughput, memory; an idle server; with its bars",
    run: async (args) => {
      const { values } = parseArgs({
        args: [...args],
        options: {
          pairs: { type: "string", default: "7" },
          quick: { type: "boolean", default: false },
          json: { type: "boolean", default: false },
          clients: { type: "string", default: "http" },
        },
      });
      const pairs = Number(values.pairs);
      if (!Number.isInteger(pairs) || pairs < 1) {
        throw new RangeError(`--pairs ${values.pairs}: use a whole number, 1 or more`);
      }
      const { quick, json, clients } = values;
      if (!isClientKind(clients)) throw new RangeError(`--clients ${clients}: use http or chromium`);
      if (!(await observe({ quick, json, clients, pairs: quick ? 1 : pairs })) && !quick)
        process.exitCode = 1;
    },
  },
  selection: {
    summary: "choosing by learned confidence, replayed on recorded outcomes, against twelve baselines",
    run: async (args) => {
      const { values } = parseArgs({
        args: [...args],
        options: {
          data: { type: "string" },
          seeds: { type: "string", default: "20" },
          json: { type: "boolean", default: false },
        },
      });
      const seeds = Number(values.seeds);
      if (!Number.isInteger(seeds) || seeds < 1) {
        throw new RangeError(`--seeds ${values.seeds}: use a whole number, 1 or more`);
      }
      if (!(await selection({ file: values.data, seeds, json: values.json }))) process.exitCode = 1;
    },
  },
  "selection-cost": {
    summary: "what a choice, learning, loading what was learned and delegating take; with its bars",
    run: async (args) => {
      parseArgs({ args: [...args], options: {} });
      if (!(await selectionCost())) process.exitCode = 1;
    },
  },
};

const [name, ...rest] = process.argv.slice(2);
const scenario = name === undefined ? undefined : scenarios[name];
if (scenario) {
  try {
    await scenario.run(rest);
  } catch (error) {
    process.stderr.write(`bench ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
} else {
  const list = Object.entries(scenarios).map(([each, { summary }]) => `  ${each.padEnd(16)}${summary}`);
  process.stderr.write(`usage: npm run bench -- SCENARIO [options of the scenario]\n\n${list.join("\n")}\n`);
  process.exitCode = name === undefined || name === "--help" ? 0 : 2;
}
