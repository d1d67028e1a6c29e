/** Owns made-up excavations for the tests of the report: valid in type, plausible in figures, the same for a seed. */
import type { Excavation, FolderTotal, GraphSummary } from "../analysis/excavation.ts";
import { makeHistory, makeHotspots } from "./history-fixture.ts";
import { pick, seeded, type Chance } from "./seeded-chance.ts";

export interface FixtureOptions {
  readonly seed: number;
  readonly files: number;
  readonly languages: number;
  readonly months: number;
  readonly authors: number;
  readonly cycles: number;
  /** Adds folders with long names. @default false */
  readonly longPaths?: boolean;
}

/** An excavation of the given size; without history when `months` is 0. */
export function makeExcavation(options: FixtureOptions): Excavation {
  const chance = seeded(options.seed);
  const paths = makePaths(options, chance);
  const languages = makeLanguages(options, chance);
  const sum = (field: "code" | "comment" | "blank" | "files"): number =>
    languages.reduce((total, language) => total + language[field], 0);
  const code = sum("code");
  const hasHistory = options.months > 0;
  const secretCount = options.files > 100 ? Math.round(options.files / 400) : 0;
  const failed = options.files > 1000 ? 7 : 0;
  return {
    root: options.files > 1000 ? "platform-monorepo" : "ledger",
    generatedAt: "2026-03-14T09:26:53.000Z",
    files: options.files,
    skipped: {
      total: Math.round(options.files / 20),
      byReason: [
        { reason: "binary", files: Math.round(options.files / 25) },
        {
          reason: "larger than 2 MB",
          files: Math.round(options.files / 20) - Math.round(options.files / 25),
        },
      ],
      places: paths.slice(0, Math.min(200, Math.round(options.files / 20))).map((path) => ({
        path: `${path}.png`,
        reason: "binary",
      })),
    },
    coverage: {
      listed: options.files,
      read: options.files - failed,
      ratio: (options.files - failed) / options.files,
      failed: paths.slice(0, failed).map((path) => ({ path, error: "timed out after 30 s in 3 attempts" })),
    },
    languages,
    languagesWithCopies: languages.map((language) => ({
      ...language,
      files: language.files + Math.round(language.files * 0.03),
      code: Math.round(language.code * 1.02),
    })),
    totals: {
      files: sum("files"),
      code,
      comment: sum("comment"),
      blank: sum("blank"),
      bytes: code * 38,
      functions: Math.round(code / 17),
      unrecognised: Math.max(0, options.files - sum("files")),
    },
    folders: makeFolders(paths, code, languages, hasHistory, chance),
    largestFunctions: makeFunctions(paths, chance, (place) => place.lines),
    deepest: makeFunctions(paths, chance, (place) => place.nestingMax),
    ...makeRemarks(paths, options, chance, secretCount),
    graph: makeGraph(paths, options, chance),
    hotspots: makeHotspots(paths, code, hasHistory, chance),
    ...(hasHistory ? makeHistory(paths, options, chance) : {}),
  };
}

/** A dozen files, no git history. */
export const small: FixtureOptions = { seed: 3, files: 12, languages: 3, months: 0, authors: 0, cycles: 0 };
/** A usual project. */
export const medium: FixtureOptions = {
  seed: 5,
  files: 420,
  languages: 9,
  months: 41,
  authors: 14,
  cycles: 3,
};
/** A large repository with long paths and many circles. */
export const large: FixtureOptions = {
  seed: 7,
  files: 5000,
  languages: 40,
  months: 168,
  authors: 260,
  cycles: 73,
  longPaths: true,
};

const tops = [
  "packages",
  "apps",
  "services",
  "docs",
  "tools",
  "infrastructure",
  "scripts",
  "tests",
  "examples",
];
const rooms = [
  "core",
  "billing",
  "ledger",
  "accounts",
  "search",
  "gateway",
  "web",
  "mobile",
  "reports",
  "queue",
  "auth",
];
const nouns = [
  "invoice",
  "reader",
  "parser",
  "session",
  "router",
  "index",
  "schema",
  "cache",
  "event",
  "writer",
  "form",
];
const long = "com/example/enterprise/integration/adapters/legacy/configuration/internal";
const languageNames =
  "TypeScript,Python,Java,Go,Rust,C++,C,Kotlin,Swift,SQL,JavaScript,CSS,HTML,Markdown,YAML,JSON,Bourne Shell,Dockerfile,HCL,Protocol Buffers,Ruby,PHP,Scala,Elixir,Haskell,Lua,Perl,R,Dart,C#,XML,TOML,Gradle,make,CMake,Vuejs Component,Svelte,GraphQL,PowerShell,Groovy".split(
    ",",
  );

function makePaths({ files, longPaths = false }: FixtureOptions, chance: Chance): string[] {
  const few = files < 50;
  return Array.from({ length: Math.min(files, 1500) }, (_, index) => {
    const room = `${pick(rooms, chance, "core")}${few ? "" : ["", "-api", "-ui"][Math.floor(chance() * 3)]}`;
    const folder = few
      ? "src"
      : `${pick(tops.slice(0, 3 + Math.floor(chance() * 7)), chance, "apps")}/${room}/src`;
    const deep =
      longPaths && chance() < 0.25 ? `/${long}/${pick(nouns, chance, "a")}-${long.replaceAll("/", "-")}` : "";
    return `${folder}${deep}/${pick(nouns, chance, "index")}-${pick(nouns, chance, "form")}-${index}.ts`;
  });
}

function makeLanguages({ files, languages }: FixtureOptions, chance: Chance): Excavation["languages"] {
  const weights = Array.from(
    { length: languages },
    (_, index) => (0.6 + chance() * 0.4) / (index + 1) ** 1.7,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights
    .map((weight, index) => {
      const own = Math.max(1, Math.floor((files * 0.96 * weight) / total));
      const code = Math.round(own * (60 + chance() * 90));
      return {
        language: languageNames[index] ?? `Language ${index}`,
        files: own,
        code,
        comment: Math.round(code * chance() * 0.35),
        blank: Math.round(code * (0.08 + chance() * 0.12)),
      };
    })
    .toSorted((left, right) => right.code - left.code);
}

function makeFolders(
  paths: readonly string[],
  code: number,
  languages: Excavation["languages"],
  hasHistory: boolean,
  chance: Chance,
): Excavation["folders"] {
  const folders = new Map<string, FolderTotal>();
  for (const path of paths) {
    const parts = path.split("/").slice(0, -1);
    const own = {
      code: (code / paths.length) * (0.2 + chance() * 1.6),
      changes: hasHistory ? Math.round(chance() ** 3 * 60) : 0,
    };
    for (const place of [".", parts[0] ?? ".", parts.slice(0, 2).join("/")].slice(0, parts.length + 1)) {
      const folder = folders.get(place) ?? {
        path: place,
        files: 0,
        code: 0,
        changes: 0,
        language: languages[Math.floor(chance() ** 3 * Math.min(9, languages.length))]?.language ?? "C",
        ownLanguage: languages[0]?.language ?? null,
      };
      folder.files += 1;
      folder.code += own.code;
      folder.changes += own.changes;
      folders.set(place, folder);
    }
  }
  const scale = code / (folders.get(".")?.code ?? code);
  return [...folders.values()]
    .map((folder) => ({ ...folder, code: Math.round(folder.code * scale) }))
    .toSorted((left, right) => right.code - left.code)
    .slice(0, 100);
}

type Place = Excavation["deepest"][number];

function makeFunctions(paths: readonly string[], chance: Chance, rank: (place: Place) => number): Place[] {
  const names = [
    "reconcileLedger",
    "parseStatement",
    "renderTable",
    "visitExpression",
    "handleRequest",
    "anonymous",
  ];
  return Array.from({ length: Math.min(20, paths.length) }, () => ({
    path: pick(paths, chance, "a.ts"),
    name: pick(names, chance, "run"),
    line: 1 + Math.floor(chance() * 400),
    lines: 20 + Math.floor(chance() ** 3 * 700),
    nestingMax: 1 + Math.floor(chance() * 9),
  })).toSorted((left, right) => rank(right) - rank(left));
}

function makeRemarks(
  paths: readonly string[],
  { files }: FixtureOptions,
  chance: Chance,
  secretCount: number,
): Pick<Excavation, "todos" | "secrets" | "duplicates"> {
  const marks = Math.round(files / 9);
  const groups = Math.round(files / 30);
  const lines = (): number => 8 + Math.floor(chance() * 90);
  const kinds = ["AWS access key", "private key", "password in an address", "generic token"];
  const texts = [
    "handle leap seconds",
    "drop this once the old importer is gone",
    "race when two sessions close the same ledger on the last day of a quarter and the archive is still being written by the nightly export",
  ];
  return {
    todos: {
      total: marks,
      byTag: [
        { tag: "TODO", places: Math.ceil(marks * 0.7) },
        { tag: "FIXME", places: marks - Math.ceil(marks * 0.7) },
      ],
      places: paths.slice(0, Math.min(100, marks)).map((path, index) => ({
        path,
        line: 1 + Math.floor(chance() * 500),
        tag: index < marks * 0.3 ? "FIXME" : "TODO",
        text: pick(texts, chance, ""),
      })),
    },
    secrets: {
      total: secretCount,
      places: paths.slice(0, Math.min(100, secretCount)).map((path) => ({
        path,
        line: 1 + Math.floor(chance() * 80),
        kind: pick(kinds, chance, "token"),
        masked: "AKIA…",
      })),
    },
    duplicates: {
      total: groups,
      duplicatedLines: groups * 24,
      groups: Array.from({ length: Math.min(50, groups) }, () => ({
        lines: lines(),
        places: paths
          .slice(0, 2 + Math.floor(chance() * 5))
          .map((path) => ({ path, startLine: 12, endLine: 12 + lines() })),
      })).toSorted((left, right) => right.lines - left.lines),
    },
  };
}

function makeGraph(
  paths: readonly string[],
  { files, cycles }: FixtureOptions,
  chance: Chance,
): GraphSummary {
  const drawn = paths.slice(0, Math.min(150, Math.ceil(paths.length * 0.7)));
  const edges: [number, number][] = [];
  for (let from = 1; from < drawn.length; from += 1) {
    const targets = new Set(
      Array.from({ length: 1 + Math.floor(chance() * 3) }, () => Math.floor(chance() ** 2 * from)),
    );
    for (const to of targets) edges.push([from, to]);
  }
  const groups = Array.from({ length: Math.min(50, cycles) }, (_, index) => {
    const length = index === 0 ? Math.min(9, drawn.length) : 2 + Math.floor(chance() * 4);
    const members = Array.from({ length }, (_, step) => (index * 9 + step) * (index < 5 ? 1 : 2));
    if (index < 5)
      for (const [step, member] of members.entries()) edges.push([member, members[(step + 1) % length] ?? 0]);
    const ring = members.map((member) => paths[member] ?? `lost-${member}.ts`);
    return { files: ring.toSorted(), ring };
  });
  const packages = [
    "react",
    "zod",
    "lodash",
    "@scope/tokens",
    "express",
    "date-fns",
    "pg",
    "vitest",
    "numpy",
    "pandas",
    "left-pad",
  ];
  return {
    nodes: Math.round(files * 0.8),
    edges: Math.round(files * 2.1),
    unresolved: Math.round(files / 90),
    cycles: groups.toSorted((left, right) => right.files.length - left.files.length),
    cyclesTotal: cycles,
    mostImported: paths
      .slice(0, 20)
      .map((path, index) => ({ path, importedBy: Math.ceil(files / (4 + index * 2)) })),
    mostImporting: paths.slice(0, 20).map((path, index) => ({ path, imports: 44 - index * 2 })),
    packages: packages.map((name, index) => ({ name, files: Math.ceil(files / (5 + index * 3)) })),
    drawing: { paths: drawn, edges: edges.filter(([from, to]) => from < drawn.length && to < drawn.length) },
  };
}
