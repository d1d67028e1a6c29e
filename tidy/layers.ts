/**
 * Who may import whom: the one table that rules/layers.ts enforces (type imports included). Amend it here, with a
 * decision in docs/decisions when an arrow is added. Tests may import anything inside their package.
 */

/** A room of packages/core/src: a file `<room>.ts` or everything in the folder `<room>/`; the longest name wins. */
export interface Room {
  readonly mayImport: readonly string[] | "all of core";
  /** Only these rooms may import it; without it, whoever lists it in `mayImport`. */
  readonly importedBy?: readonly string[];
}

const time = ["clock", "random", "errors"];

export const rooms: Readonly<Record<string, Room>> = {
  clock: { mayImport: [] },
  random: { mayImport: [] },
  errors: { mayImport: [] },
  "few-map": { mayImport: [] },
  "score-interval": { mayImport: [] },
  secrets: { mayImport: ["errors", "random"] },
  delegation: { mayImport: ["errors", "secrets"] },
  patterns: { mayImport: ["delegation", "errors"] },
  "engine/engine": { mayImport: ["delegation", "clock"] },
  "engine/store": { mayImport: ["engine/engine", "delegation", "clock", "errors"] },
  "engine/store-samples": { mayImport: ["engine/store", "delegation"] },
  "engine/store-suite": {
    mayImport: ["engine/engine", "engine/store", "engine/store-samples", "delegation", ...time],
  },
  "engine/archive": { mayImport: ["delegation", ...time] },
  "engine/embedded": {
    mayImport: ["secrets", "few-map", "engine/engine", "engine/store", "delegation", ...time],
  },
  "engine/memory": {
    mayImport: ["secrets", "engine/engine", "engine/store", "engine/embedded", "delegation", ...time],
  },
  "engine/sqlite": {
    mayImport: ["secrets", "engine/engine", "engine/store", "engine/embedded", "delegation", ...time],
  },
  "engine/conformance": {
    mayImport: ["engine/engine", "delegation", "patterns", "execution", "runtime", "run-handle", ...time],
  },
  agents: { mayImport: ["secrets", "delegation", ...time] },
  execution: {
    mayImport: ["secrets", "few-map", "delegation", "patterns", "engine/engine", "resources", ...time],
  },
  resources: { mayImport: ["clock"] },
  schedules: { mayImport: ["delegation", "errors"] },
  selection: { mayImport: ["score-interval", "delegation", "patterns", ...time] },
  learning: { mayImport: ["score-interval", "delegation", ...time] },
  healing: { mayImport: ["delegation", "learning", ...time] },
  cache: { mayImport: [...time] },
  telemetry: { mayImport: ["delegation", "clock"] },
  "run-handle": {
    mayImport: ["delegation", "engine/engine"],
    importedBy: ["runtime", "index", "engine/conformance"],
  },
  "agent-use": { mayImport: ["delegation"], importedBy: ["runtime"] },
  runtime: { mayImport: "all of core", importedBy: ["index", "testing", "engine/conformance"] },
  testing: { mayImport: "all of core", importedBy: [] },
  index: { mayImport: "all of core", importedBy: [] },
};

/** Modules that only these rooms of core may import; other modules are left to package.json and knip. */
export const roomsOfModule: Readonly<Record<string, readonly string[]>> = {
  "@opentelemetry/api": ["telemetry"],
  "node:sqlite": ["engine/sqlite"],
  croner: ["schedules"],
  re2js: ["selection"],
  "node:worker_threads": ["agents", "engine/sqlite"],
  "node:child_process": ["agents"],
};

const core = ["@reeve/core", "@reeve/core/testing"];
const server = ["@reeve/server", "@reeve/server/client", "@reeve/server/contract"];
const frontDoor = ["reeve", "reeve/testing", "reeve/terminal"];

/** Which of our packages each workspace may import, always by a public entry point. */
export const workspaces: Readonly<Record<string, readonly string[]>> = {
  "packages/core": [],
  "packages/reeve": [...core, ...server],
  "packages/server": core,
  "packages/restate": core,
  "packages/dashboard": ["@reeve/server/contract"],
  // They serve the dashboard as a user's program does.
  examples: [...frontDoor, ...core, "@reeve/server"],
  bench: [...frontDoor, ...core, "@reeve/server"],
  tidy: [],
  scripts: [],
};
