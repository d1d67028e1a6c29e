import { ReeveError } from "@reeve/core";
import { expect, test } from "vitest";
import { refusalOf } from "./errors.ts";

test("a fault inside tells whoever asks no more than that there was one, and the operator all of it", () => {
  const told: unknown[] = [];
  const fault = new TypeError("cannot read 'secret' of /srv/app/internal.ts");
  const { status, body } = refusalOf(fault, (error) => told.push(error));
  expect([status, body.error.code, body.error.message]).toEqual([
    500,
    "internal",
    "the server failed to answer",
  ]);
  expect(JSON.stringify(body)).not.toContain("srv");
  expect(told).toEqual([fault]);
  const unreadable = new ReeveError("access-invalid", "/srv/app/reeve.db.access is not what reeve wrote");
  const refusal = refusalOf(unreadable, (error) => told.push(error));
  expect([refusal.status, refusal.body.error.code]).toEqual([500, "access-invalid"]);
  expect(JSON.stringify(refusal.body)).not.toContain("srv");
  expect(told).toEqual([fault, unreadable]);
});

test("what the library refuses keeps its code, message and hint, and nobody else is told", () => {
  const told: unknown[] = [];
  const error = new ReeveError("run-not-found", "there is no run 'x'", { hint: "list the runs" });
  const { status, body } = refusalOf(error, (fault) => told.push(fault));
  expect(status).toBe(404);
  expect(body.error).toEqual({
    code: "run-not-found",
    message: "there is no run 'x'",
    hint: "list the runs",
    retryable: false,
  });
  expect(told).toEqual([]);
});
