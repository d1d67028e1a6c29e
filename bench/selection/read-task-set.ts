/**
 * Reads recorded outcomes: tab-separated, with a header of `task`, `domain`, any number of `feature:<name>` and the
 * arms as `arm:<name>`, in any order. Wrong input is refused with its line and column, counted from 1.
 *
 * An empty reward says that the arm was not tried, an empty feature that it is missing. A task on which no arm was
 * tried can teach nothing and be chosen for by nobody: it is left out, and counted.
 */
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { growing } from "./growing.ts";
import type { TaskSet } from "./task-set.ts";

const ARMS = { min: 2, max: 100 };
const FEATURES_MAX = 500;
const TASKS = { min: 100, max: 100_000 };
/** A decimal number; `Number()` alone would take "", "0x1f" and "Infinity". */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

export interface ReadTasks {
  readonly set: TaskSet;
  /** Tasks on which no arm was tried. */
  readonly leftOut: number;
}

export async function readTaskSet(file: string): Promise<ReadTasks> {
  const lines = createInterface({ input: createReadStream(file, "utf8"), crlfDelay: Infinity });
  return parseTaskSet(lines, basename(file));
}

/** `name` is what its errors call the input. */
export async function parseTaskSet(
  lines: AsyncIterable<string> | Iterable<string>,
  name: string,
): Promise<ReadTasks> {
  let parser: RowParser | undefined;
  let line = 0;
  let emptyLine = 0;
  for await (const text of lines) {
    line++;
    if (text === "") {
      emptyLine ||= line;
      continue;
    }
    if (emptyLine > 0) throw new SyntaxError(`${name}, line ${emptyLine}, column 1: the line is empty`);
    if (parser === undefined) parser = rowParser(parseHeader(text.replace(/^\uFEFF/, ""), name), name);
    else parser.row(text, line);
  }
  if (parser === undefined) throw new SyntaxError(`${name}, line 1, column 1: there is no header`);
  return parser.end(line);
}

interface Header {
  readonly titles: readonly string[];
  readonly domain: number;
  readonly features: readonly number[];
  readonly arms: readonly number[];
}

function parseHeader(text: string, name: string): Header {
  const titles = text.split("\t");
  const fail = (column: number, message: string): never => {
    throw new SyntaxError(`${name}, line 1, column ${column + 1}: ${message}`);
  };
  const found = { features: [] as number[], arms: [] as number[] };
  for (const [column, title] of titles.entries()) {
    if (titles.indexOf(title) < column) fail(column, `"${title}" is there twice`);
    if (/^feature:./.test(title)) found.features.push(column);
    else if (/^arm:./.test(title)) found.arms.push(column);
    else if (title !== "task" && title !== "domain") {
      fail(column, `"${title}" is not task, domain, feature:<name> or arm:<name>`);
    }
  }
  const end = titles.length - 1;
  for (const needed of ["task", "domain"]) {
    if (!titles.includes(needed)) fail(end, `there is no column "${needed}"`);
  }
  const { features, arms } = found;
  if (arms.length < ARMS.min || arms.length > ARMS.max) {
    fail(arms[ARMS.max] ?? end, `${arms.length} arms; use ${ARMS.min} to ${ARMS.max} columns arm:<name>`);
  }
  if (features.length > FEATURES_MAX) {
    fail(features[FEATURES_MAX] ?? end, `${features.length} features; use at most ${FEATURES_MAX}`);
  }
  return { titles, domain: titles.indexOf("domain"), features, arms };
}

interface RowParser {
  row(text: string, line: number): void;
  end(line: number): ReadTasks;
}

function rowParser(header: Header, name: string): RowParser {
  const { titles, features, arms } = header;
  const domains = new Map<string, number>();
  const domainOf = growing((size) => new Int32Array(size));
  const featureOf = growing((size) => new Float32Array(size));
  const rewardOf = growing((size) => new Float64Array(size));
  let rows = 0;
  let leftOut = 0;

  const cell = (cells: readonly string[], column: number, line: number): number => {
    const text = (cells[column] ?? "").trim();
    if (text === "") return Number.NaN;
    const value = decimal.test(text) ? Number(text) : Number.NaN;
    if (Number.isFinite(value)) return value;
    throw new SyntaxError(`${place(line, column)}: "${short(text)}" is not a number`);
  };
  const place = (line: number, column: number): string =>
    `${name}, line ${line}, column ${column + 1} (${short(titles[column] ?? "beyond the header")})`;

  return {
    row(text, line) {
      const cells = text.split("\t");
      if (cells.length !== titles.length) {
        const column = Math.min(cells.length, titles.length);
        const message = `the line has ${cells.length} cells, the header ${titles.length}`;
        throw new SyntaxError(`${place(line, column)}: ${message}`);
      }
      if (++rows > TASKS.max) throw new SyntaxError(`${place(line, 0)}: more than ${TASKS.max} tasks`);
      const rewards = arms.map((column) => {
        const reward = cell(cells, column, line);
        if (reward < 0 || reward > 1) {
          throw new SyntaxError(`${place(line, column)}: ${reward} is not a reward from 0 to 1`);
        }
        return reward;
      });
      const values = features.map((column) => cell(cells, column, line));
      if (rewards.every((reward) => Number.isNaN(reward))) {
        leftOut++;
        return;
      }
      const domain = cells[header.domain] ?? "";
      if (!domains.has(domain)) domains.set(domain, domains.size);
      domainOf.push(domains.get(domain) ?? 0);
      for (const value of values) featureOf.push(value);
      for (const reward of rewards) rewardOf.push(reward);
    },
    end(line) {
      if (rows < TASKS.min || rows === leftOut) {
        const message = `${rows} tasks, ${leftOut} of them without a reward; at least ${TASKS.min} are needed`;
        throw new SyntaxError(`${place(line, 0)}: ${message}`);
      }
      const set = {
        name,
        arms: arms.map((column) => (titles[column] ?? "").slice("arm:".length)),
        domains: [...domains.keys()],
        features: features.map((column) => (titles[column] ?? "").slice("feature:".length)),
        size: rows - leftOut,
        domainOf: domainOf.values(),
        featureOf: featureOf.values(),
        rewardOf: rewardOf.values(),
      };
      return { set, leftOut };
    },
  };
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
