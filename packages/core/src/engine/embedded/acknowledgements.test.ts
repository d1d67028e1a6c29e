import { expect, test } from "vitest";
import { Acknowledgements } from "./acknowledgements.ts";

function setUp(): {
  told: string[];
  acknowledgements: Acknowledgements;
  asking: (name: string) => () => void;
} {
  const told: string[] = [];
  const failed = (error: unknown): void => void told.push(`failed: ${String(error)}`);
  const asking = (name: string) => (): void => void told.push(name);
  return { told, acknowledgements: new Acknowledgements(failed), asking };
}

test("those who wait are called in the order in which they asked, a few at a time", () => {
  const { told, acknowledgements, asking } = setUp();
  acknowledgements.add([asking("a"), asking("b"), asking("c")]);
  expect(acknowledgements.call(2)).toBe(true);
  expect(told).toEqual(["a", "b"]);
  // Those of the next commit come after those who are left.
  acknowledgements.add([asking("d")]);
  expect(acknowledgements.call(Infinity)).toBe(false);
  expect(told).toEqual(["a", "b", "c", "d"]);
  expect(acknowledgements.call(Infinity)).toBe(false);
  expect(told).toEqual(["a", "b", "c", "d"]);
});

test("one that throws is told of, and the others are called all the same", () => {
  const { told, acknowledgements, asking } = setUp();
  const throwing = (): void => {
    throw new TypeError("no");
  };
  acknowledgements.add([throwing, asking("b")]);
  expect(acknowledgements.call(1)).toBe(true);
  expect(acknowledgements.call(1)).toBe(false);
  expect(told).toEqual(["failed: TypeError: no", "b"]);
});

test("nobody is called once they were dropped, also by one of them", () => {
  const { told, acknowledgements, asking } = setUp();
  acknowledgements.add([asking("a"), () => acknowledgements.drop(), asking("c")]);
  expect(acknowledgements.call(Infinity)).toBe(false);
  expect(told).toEqual(["a"]);
});
