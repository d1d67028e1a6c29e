import { expect, test } from "vitest";
import { judge } from "../judge.ts";
import { codeMapIsWhole, invariantsNameFiles } from "./code-map.ts";

const map =
  "| `packages/core/src/runtime`, `packages/core/src/engine/memory` | what |\n| `packages/reeve` | what |\n";

test("a folder of sources that neither the map nor a row of its package has is caught, once", () => {
  const tree = {
    "ARCHITECTURE.md": `In \`packages/core/src/cache\`:\n${map}`,
    "packages/core/src/runtime/settings.ts": "",
    "packages/core/src/cache/cache.ts": "",
    "packages/core/src/cache/room.ts": "",
  };
  expect(judge(codeMapIsWhole, tree)).toEqual([
    "ARCHITECTURE.md:0 doesn't have packages/core/src/cache in its code map",
  ]);
});

test("folders that are named, whose parts or package are, and files without a folder pass", () => {
  const tree = {
    "ARCHITECTURE.md": map,
    "packages/core/src/clock.ts": "",
    "packages/core/src/engine/memory/memory-store.ts": "",
    "packages/reeve/src/output/table.ts": "",
  };
  expect(judge(codeMapIsWhole, tree)).toEqual([]);
});

test("a file that the invariants name and that is not there is caught", () => {
  const tree = {
    "docs/invariants.md": "| E1 | `replay.ts`, `gone.ts` |\n| E6 | `walk/scope.ts`, `walk/replay.ts` |\n",
    "packages/core/src/engine/embedded/replay.ts": "",
    "packages/core/src/execution/walk/scope.ts": "",
  };
  expect(judge(invariantsNameFiles, tree)).toEqual([
    "docs/invariants.md:1 names gone.ts, which doesn't exist",
    "docs/invariants.md:2 names walk/replay.ts, which doesn't exist",
  ]);
});
