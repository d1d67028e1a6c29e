import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { guidesAreFound, referenceNamesAll, referencePointsWell } from "./reference.ts";

const page = [
  "| Names | For | Shown in |",
  "|---|---|---|",
  "| `agent`, `step` | what is done | [agents](agents.md) |",
  "| `choose` | choosing | below |",
  "",
  "```ts",
  "choose([]);",
  "```",
].join("\n");
const tree = {
  "README.md": "[reference](docs/reference.md#names)",
  "docs/reference.md": page,
  "docs/agents.md": "`agent` and step(inner)",
  "packages/core/src/index.ts":
    'export { agent, type Agent } from "./agent.ts";\nexport type { Step } from "./step.ts";\nexport { step } from "./step.ts";\nexport { choose } from "./choose.ts";\n',
};

test("names that are listed, and shown where the list points, pass", () => {
  for (const rule of [referenceNamesAll, referencePointsWell, guidesAreFound])
    expect(judge(rule, tree)).toEqual([]);
});

test("a value that is exported and not listed is caught where it is exported; a type is not", () => {
  expect(
    judge(referenceNamesAll, { ...tree, "docs/reference.md": page.replace("`step`", "`steps`") }),
  ).toEqual(["packages/core/src/index.ts:3 step is not in docs/reference.md"]);
});

test("other entry points are held to it, other modules and the front door are not", () => {
  const text = 'export { other } from "./other.ts";\n';
  const files = {
    ...tree,
    "packages/server/src/client.ts": text,
    "packages/server/src/http/app.ts": text,
    "packages/reeve/src/index.ts": text,
  };
  expect(judge(referenceNamesAll, files)).toEqual([
    "packages/server/src/client.ts:1 other is not in docs/reference.md",
  ]);
});

test("a row that points to a page without the name is caught", () => {
  expect(judge(referencePointsWell, { ...tree, "docs/agents.md": "`agent` and steps" })).toEqual([
    "docs/reference.md:3 step is not shown where its row points",
  ]);
  const without = page.replace("choose([]);", "");
  expect(judge(referencePointsWell, { ...tree, "docs/reference.md": without })).toEqual([
    "docs/reference.md:4 choose is not shown where its row points",
  ]);
});

test("a guide that no link leads to is caught; a page below a folder is not", () => {
  const files = { ...tree, "docs/lost.md": "", "docs/errors/lost.md": "" };
  expect(judge(guidesAreFound, files)).toEqual(["docs/lost.md:0 no link leads here from README.md"]);
});
