import { expect, test } from "vitest";
import { hasSignal, keepSignal, takeSignal, wasSent, type Mailbox } from "./mailbox.ts";

function emptyMailbox(): Mailbox {
  return { signals: undefined, signalKeys: undefined };
}

test("signals of a path are taken in the order sent, and none is left then", () => {
  const mailbox = emptyMailbox();
  keepSignal(mailbox, "a", "1", 10);
  keepSignal(mailbox, "b", "1", 20);
  keepSignal(mailbox, "a", "2", undefined);
  expect(takeSignal(mailbox, "a")).toEqual({ answer: 10 });
  expect(hasSignal(mailbox, "a")).toBe(true);
  expect(takeSignal(mailbox, "a")).toEqual({ answer: undefined });
  expect(hasSignal(mailbox, "a")).toBe(false);
  expect(takeSignal(mailbox, "a")).toBeUndefined();
  expect(hasSignal(mailbox, "b")).toBe(true);
});

test("a key was sent to its path only, also after the signal was taken", () => {
  const mailbox = emptyMailbox();
  expect(wasSent(mailbox, "a", "1")).toBe(false);
  keepSignal(mailbox, "a", "1", 10);
  takeSignal(mailbox, "a");
  expect(wasSent(mailbox, "a", "1")).toBe(true);
  expect(wasSent(mailbox, "b", "1")).toBe(false);
});
