/** Coming in by a link that is made beside the running server, and leaving for good. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { signInLink } from "../index.ts";
import { served, type Answered } from "../testing/serving.ts";
import { newDoorKey, signTicket } from "./door-file.ts";
import { Gatekeeper } from "./gatekeeper.ts";
import { createToken, removeToken } from "./tokens.ts";

const REFUSED = { status: 401, json: { error: { code: "not-signed-in" } } };

test("a link made beside the running server works once, and none without its key does", async () => {
  await using own = await served();
  const link = signInLink(own.file) ?? expect.fail("no server was found");
  expect(link.startsWith(`${own.server.url}/sign-in#`)).toBe(true);
  const ticket = new URL(link).hash.slice(1);
  const open = (given: string): Promise<Answered> =>
    own.ask("POST", "/sign-in", {
      headers: { origin: own.server.url, "content-type": "application/json" },
      body: JSON.stringify({ ticket: given }),
    });
  const [claim = ""] = ticket.split(".");
  expect(await open(`${claim}.${"A".repeat(43)}`)).toMatchObject(REFUSED);
  expect(await open(signTicket(newDoorKey(), Date.now()))).toMatchObject(REFUSED);
  const { status, headers } = await open(ticket);
  expect(status).toBe(200);
  expect(await open(ticket)).toMatchObject(REFUSED);
  expect(statSync(`${own.file}.server`).mode & 0o077).toBe(0);
  const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
  const asks = { cookie, origin: own.server.url };
  expect((await own.get("/api/session", asks)).status).toBe(200);
  expect((await own.ask("POST", "/sign-out", { headers: asks })).status).toBe(200);
  expect(await own.get("/api/session", asks)).toMatchObject(REFUSED);
  await own.server.close();
  expect(signInLink(own.file)).toBeUndefined();
});

test("who signs out is signed out for good, also with a copy of the cookie and after a restart", () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-sign-in-"));
  const file = join(folder, "log.db.access");
  const gatekeeper = new Gatekeeper(file, () => 0);
  const cookieOf = (): string => gatekeeper.redeem(gatekeeper.issueTicket())?.value ?? "";
  const cookie = cookieOf();
  gatekeeper.signOut(cookie);
  expect(gatekeeper.byCookie(cookie)).toBeUndefined();
  expect(new Gatekeeper(file, () => 0).byCookie(cookie)).toBeUndefined();
  gatekeeper.signOut("not.signed");
  let now = 5;
  const other = new Gatekeeper(undefined, () => now++);
  const mine = other.redeem(other.issueTicket())?.value ?? "";
  other.signOut(mine);
  expect(other.byCookie(mine)).toBeUndefined();
  rmSync(folder, { recursive: true });
});

test("a token is known as soon as it was made, and forgotten within a second of its removal", () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-sign-in-"));
  const log = join(folder, "log.db");
  let now = 0;
  const gatekeeper = new Gatekeeper(`${log}.access`, () => now);
  const token = createToken(log, { name: "nightly", scope: "read" });
  expect(gatekeeper.byToken(token)).toMatchObject({ principal: "nightly", scope: "read" });
  removeToken(log, "nightly");
  now += 1_000;
  expect(gatekeeper.byToken(token)).toBeUndefined();
  rmSync(folder, { recursive: true });
});
