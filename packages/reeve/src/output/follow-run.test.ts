/** What stands on a terminal's screen while and after a run is followed. */
import { Writable } from "node:stream";
import {
  agent,
  approval,
  createRuntime,
  degrade,
  forEach,
  memoryEngine,
  parallel,
  sequential,
  type Pattern,
} from "@reeve/core";
import { expect, test } from "vitest";
import { advance } from "../progress/advance.ts";
import { planOf } from "../progress/plan.ts";
import { newProgress } from "../progress/progress.ts";
import { followRun } from "./follow-run.ts";
import { openLiveDisplay } from "./live-display.ts";
import { progressLines } from "./progress-lines.ts";
import { outputStream } from "./terminal.ts";
import { widthOf } from "./text-width.ts";

const ok = agent("ok", { run: async (value: unknown) => value });
const nasty = agent("na\u001b[2Jsty", {
  run: async () => Promise.reject(new Error("\u001b[2J\r\nrm -rf\u0007")),
});

test("on a terminal the last tree stays, the cursor comes back and nothing of the run is an escape", async () => {
  const screen = new Screen(60, 12);
  const outcome = await follow(sequential("root", { steps: [ok, nasty] }), screen, { TERM: "xterm" });
  expect(outcome).toMatchObject({ status: "failed" });
  expect(screen.lines[0]).toMatch(/^root {2}0 s {2}r1$/);
  expect(screen.lines[1]).toMatch(/^ {2}✓ ok {2}\d+ ms$/);
  expect(screen.lines[2]).toMatch(/^ {2}✗ na�*\S*sty {2}Error: rm -rf�/);
  expect(screen.cursorIsShown).toBe(true);
  expect(screen.clearedAll).toBe(false);
});

test("elsewhere it is plain lines", async () => {
  const screen = new Screen(60, 12, false);
  await follow(sequential("root", { steps: [ok] }), screen, {});
  expect(screen.raw).toMatch(
    /^\d\d:\d\d:\d\d {2}started {4}ok\n\d\d:\d\d:\d\d {2}completed {2}ok in \d+ ms\n$/,
  );
});

test("elsewhere the levels of a chain are told, with why one was passed over", async () => {
  const screen = new Screen(60, 12, false);
  const dear = agent("dear", { requires: ["gold"], run: async () => 1 });
  await follow(degrade("root", [dear, nasty, ok]), screen, {}, []);
  const told = screen.raw
    .replaceAll(/^\S+ {2}/gm, "")
    .replaceAll(/\d+ ms/g, "0 ms")
    .split("\n");
  expect(told.filter((line) => /^(passed|level)/.test(line))).toEqual([
    "passed     over dear: grants: the context does not hold 'gold'",
    expect.stringMatching(/^level {6}na.*sty of root failed in 0 ms$/),
    "level      ok of root completed in 0 ms",
  ]);
});

test("a display is redrawn in place, and lines written meanwhile stay above it", () => {
  const screen = new Screen(20, 6);
  const display = openLiveDisplay(outputStream(screen.stream, { TERM: "xterm" }));
  display.draw(["one", "two", "three"]);
  display.above("note");
  display.draw(["one", "2"]);
  expect(screen.lines).toEqual(["note", "one", "2"]);
  display.draw(Array.from({ length: 20 }, (_, index) => `line ${index} is longer than the window`));
  expect(screen.lines.length).toBeLessThanOrEqual(6);
  for (const line of screen.lines) expect(widthOf(line)).toBeLessThanOrEqual(20);
  display.close();
  expect(screen.cursorIsShown).toBe(true);
});

test.each([
  [80, 24],
  [40, 10],
  [20, 4],
  [10, 1],
])("the tree fits a window of %i by %i, and what runs is the last to go", async (columns, rows) => {
  const tasks = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`task-${index}`, ok]));
  const many = sequential("root", {
    steps: [parallel("many", { tasks }), approval("look"), forEach("later", { items: () => [1], step: ok })],
  });
  await using runtime = await createRuntime({ patterns: [many], engine: memoryEngine() });
  const run = await runtime.start("root", 1, { id: "r1" });
  const progress = newProgress(planOf(many));
  for await (const event of run.events()) {
    advance(progress, event);
    if (event.kind === "wait-started") break;
  }
  const lines = progressLines(progress, {
    runId: "r1",
    now: Date.now(),
    paint: (_, text) => text,
    columns,
    rows,
  });
  expect(lines.length).toBeLessThanOrEqual(rows);
  if (rows >= 4) expect(lines.join("\n")).toContain("? look");
  if (rows >= 4 && rows < 30) expect(lines.join("\n")).toMatch(/· \d+ more/);
});

async function follow(
  pattern: Pattern,
  screen: Screen,
  environment: { readonly [name: string]: string },
  grants?: readonly string[],
): Promise<unknown> {
  const engine = memoryEngine();
  await using runtime = await createRuntime({ patterns: [pattern], engine, ...(grants && { grants }) });
  const run = await runtime.start(pattern.name, 1, { id: "r1" });
  return await followRun(run, { pattern, stream: screen.stream, environment });
}

/** A terminal as far as the display uses one: it knows the few sequences that are written and refuses others. */
class Screen {
  raw = "";
  cursorIsShown = true;
  clearedAll = false;
  readonly stream: NodeJS.WriteStream;
  #rows: string[] = [""];
  #row = 0;
  #column = 0;

  constructor(columns: number, rows: number, isTTY = true) {
    const writable = new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        this.#write(text);
        done();
      },
    });
    this.stream = Object.assign(writable, { columns, rows, isTTY }) as unknown as NodeJS.WriteStream;
  }

  /** What stands on the screen, without colours and empty lines at the end. */
  get lines(): string[] {
    return this.#rows.join("\n").trimEnd().split("\n");
  }

  #write(text: string): void {
    this.raw += text;
    // eslint-disable-next-line no-control-regex
    for (const [part] of text.matchAll(/\u001b\[[?0-9;]*[A-Za-z]|[^]/gu)) this.#take(part);
  }

  #take(part: string): void {
    if (part === "\n") {
      this.#row++;
      this.#column = 0;
      this.#rows[this.#row] ??= "";
    } else if (part === "\r") this.#column = 0;
    else if (part.startsWith("\u001b")) this.#obey(part);
    else {
      const row = this.#rows[this.#row] ?? "";
      this.#rows[this.#row] =
        row.slice(0, this.#column).padEnd(this.#column) + part + row.slice(this.#column + 1);
      this.#column += part.length;
    }
  }

  #obey(sequence: string): void {
    const kind = sequence.at(-1);
    const row = this.#rows[this.#row] ?? "";
    if (kind === "A") this.#row -= Number(sequence.slice(2, -1));
    else if (kind === "K") this.#rows[this.#row] = row.slice(0, this.#column);
    else if (sequence === "\u001b[J")
      this.#rows = [...this.#rows.slice(0, this.#row), row.slice(0, this.#column)];
    else if (sequence === "\u001b[?25l") this.cursorIsShown = false;
    else if (sequence === "\u001b[?25h") this.cursorIsShown = true;
    else if (sequence === "\u001b[2J") this.clearedAll = true;
    else if (kind !== "m" && !sequence.startsWith("\u001b[?2026"))
      throw new Error(`unknown sequence ${JSON.stringify(sequence)}`);
    if (this.#row < 0) throw new Error("the cursor left the screen");
  }
}
