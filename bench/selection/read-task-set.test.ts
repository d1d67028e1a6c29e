import { expect, test } from "vitest";
import { parseTaskSet } from "./read-task-set.ts";
import { domainAt, featureAt, rewardAt, wasTried } from "./task-set.ts";

const header = "task\tdomain\tfeature:size\tarm:a\tarm:b";

/** 100 usual lines, the given ones in the place of the first. */
function file(...lines: readonly string[]): readonly string[] {
  const usual = Array.from({ length: 100 - lines.length }, (_, index) => `t${index}\tmath\t5\t1\t0.25`);
  return [header, ...lines, ...usual];
}

async function refusal(lines: readonly string[]): Promise<string> {
  const error = await parseTaskSet(lines, "f.tsv").then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(SyntaxError);
  return error instanceof Error ? error.message : "";
}

test("arms, features, domains and rewards are read as they stand in the file", async () => {
  const { set, leftOut } = await parseTaskSet(file("x\t\t-1.5e2\t0.5\t1"), "f.tsv");
  expect(set).toMatchObject({ name: "f.tsv", arms: ["a", "b"], features: ["size"], size: 100 });
  expect(set.domains).toEqual(["", "math"]);
  expect([domainAt(set, 0), domainAt(set, 1)]).toEqual([0, 1]);
  expect([featureAt(set, 0, 0), rewardAt(set, 0, 0), rewardAt(set, 1, 1)]).toEqual([-150, 0.5, 0.25]);
  expect(leftOut).toBe(0);
});

test("an empty reward is an arm that was not tried, an empty feature a missing one", async () => {
  const { set } = await parseTaskSet(file("x\tmath\t\t\t1"), "f.tsv");
  expect([wasTried(set, 0, 0), wasTried(set, 0, 1)]).toEqual([false, true]);
  expect(featureAt(set, 0, 0)).toBeNaN();
});

test("a task on which no arm was tried is left out and counted", async () => {
  const { set, leftOut } = await parseTaskSet(file("x\tmath\t1\t\t"), "f.tsv");
  expect([set.size, leftOut]).toEqual([99, 1]);
});

test("columns may stand in any order, with Windows line ends and a mark before the header", async () => {
  const rows = Array.from({ length: 100 }, (_, index) => `1\t0\td\t${index}`);
  const { set } = await parseTaskSet(["\uFEFFarm:x\tarm:y\tdomain\ttask", ...rows, ""], "f.tsv");
  expect(set).toMatchObject({ arms: ["x", "y"], domains: ["d"], features: [], size: 100 });
});

test.each([
  ["x\tmath\tabc\t1\t0", 'line 2, column 3 (feature:size): "abc" is not a number'],
  ["x\tmath\t1\t0x1\t0", 'line 2, column 4 (arm:a): "0x1" is not a number'],
  ["x\tmath\t1\t1\t1.01", "line 2, column 5 (arm:b): 1.01 is not a reward from 0 to 1"],
  ["x\tmath\t1\t-0.5\t1", "line 2, column 4 (arm:a): -0.5 is not a reward from 0 to 1"],
  ["x\tmath\t1\t1", "line 2, column 5 (arm:b): the line has 4 cells, the header 5"],
  ["x\tmath\t1\t1\t1\t1", "line 2, column 6 (beyond the header): the line has 6 cells, the header 5"],
  ["", "line 2, column 1: the line is empty"],
])("the line %j is refused", async (line, message) => {
  expect(await refusal(file(line))).toBe(`f.tsv, ${message}`);
});

test.each([
  [[], "line 1, column 1: there is no header"],
  [["domain\tarm:a\tarm:b"], 'line 1, column 3: there is no column "task"'],
  [["task\tarm:a\tarm:b"], 'line 1, column 3: there is no column "domain"'],
  [["task\tdomain\tarm:a"], "line 1, column 3: 1 arms; use 2 to 100 columns arm:<name>"],
  [["task\tdomain\tarm:a\tarm:a"], 'line 1, column 4: "arm:a" is there twice'],
  [["task\tdomain\tcolour\tarm:a\tarm:b"], 'line 1, column 3: "colour" is not task, domain'],
])("the header %j is refused", async (lines, message) => {
  expect(await refusal(lines)).toContain(`f.tsv, ${message}`);
});

test("more arms, features or tasks than the limits are refused at the first too many", async () => {
  const many = (kind: string, count: number): string =>
    Array.from({ length: count }, (_, index) => `${kind}:${index}`).join("\t");
  expect(await refusal([`task\tdomain\t${many("arm", 101)}`])).toContain("column 103: 101 arms");
  const features = `task\tdomain\t${many("feature", 501)}\t${many("arm", 2)}`;
  expect(await refusal([features])).toContain("column 503: 501 features");
  const tasks = Array.from({ length: 100_001 }, () => "t\td\t1\t1\t0");
  expect(await refusal([header, ...tasks])).toContain("line 100002, column 1 (task): more than 100000 tasks");
});

test("fewer than 100 tasks are refused", async () => {
  expect(await refusal([header, "t\td\t1\t1\t0"])).toContain("line 2, column 1 (task): 1 tasks");
});
