import { expect, test } from "vitest";
import { idsApart, shortId, visibleText } from "./visible-text.ts";

test("characters of no width are shown, what joins letters and emoji is not", () => {
  expect(visibleText("a\u200bb")).toBe("a\ufffdb");
  expect(visibleText("👩\u200d💼")).toBe("👩\u200d💼");
});

test("terminal escapes and marks that reverse what follows are seen, line breaks stay", () => {
  expect(visibleText("\u001b[31mred\u007f\n\tx")).toBe("␛[31mred␡\n\tx");
  expect(visibleText("invoice-\u202egnp.exe")).toBe("invoice-\ufffdgnp.exe");
});

test("long ids keep their beginning and their end, short ones all", () => {
  expect(shortId("order-2026-11-21")).toBe("order-2026-11-21");
  expect(shortId("01a1ffb19f59ace0d953a1184dd4b7de")).toBe("01a1ffb1…d4b7de");
});

test("ids in a sentence are told apart", () => {
  const id = "01a1ffb19f59ace0d953a1184dd4b7de";
  expect(idsApart(`look at run ${id}, and retry it`)).toEqual([
    { text: "look at run ", isId: false },
    { text: id, isId: true },
    { text: ", and retry it", isId: false },
  ]);
});
