import { expect, test } from "vitest";
import { takeLogLine } from "./log-room.ts";

const empty = (): Parameters<typeof takeLogLine>[0] => ({ logLines: 0, logBytes: 0, logDropped: 0 });

test("a thousand lines are kept, the last of which says so, and the rest are counted", () => {
  const logged = empty();
  const rooms = Array.from({ length: 1_005 }, () => takeLogLine(logged, "x"));
  expect(rooms.filter((room) => room === "enough")).toHaveLength(999);
  expect(rooms.slice(999)).toEqual(["last", "none", "none", "none", "none", "none"]);
  expect(logged.logDropped).toBe(5);
});

test("256 KB are kept, in bytes; what does not fit is dropped as a whole, with all that follows", () => {
  const logged = empty();
  const line = "é".repeat(50_000);
  expect([1, 2, 3].map(() => takeLogLine(logged, line))).toEqual(["enough", "enough", "too-large"]);
  expect(takeLogLine(logged, "small")).toBe("none");
  expect(logged.logDropped).toBe(2);
});
