import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { docPathsExist } from "./doc-paths.ts";

const tree = { "packages/core/src/clock.ts": "", "docs/glossary.md": "", "ARCHITECTURE.md": "" };

test("a backticked path and a link to what isn't there are caught", () => {
  const text = "See `packages/core/src/time.ts`\nand [the words](words.md#run).\n";
  expect(judge(docPathsExist, { ...tree, "docs/guide.md": text })).toEqual([
    "docs/guide.md:1 names packages/core/src/time.ts, which doesn't exist",
    "docs/guide.md:2 names docs/words.md, which doesn't exist",
  ]);
});

test("files, folders, anchors, addresses and fenced code pass", () => {
  const text = [
    "`packages/core/src/clock.ts` in `packages/core/`, [words](docs/glossary.md#run), [here](#below),",
    "[site](https://example.org/x.md), `a/b`, `packages/*/src`, [map](./ARCHITECTURE.md)",
    "```sh",
    "cat `docs/nothing.md`",
    "```",
  ].join("\n");
  expect(judge(docPathsExist, { ...tree, "README.md": text })).toEqual([]);
});
