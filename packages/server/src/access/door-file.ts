/**
 * The file beside the log that says where its server listens, with the key that links to sign in are signed with: so
 * that whoever may read it, the user of the process, gets a link at any time. Mode 0600; it goes with the server.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { ReeveError } from "@reeve/core";
import { z } from "zod";

export interface Door {
  /** Such as "http://127.0.0.1:7733". */
  readonly url: string;
  readonly pid: number;
  /** 32 bytes in base64, of this server alone: a link of another one opens nothing. */
  readonly key: string;
}

const doorSchema: z.ZodType<Door> = z.object({
  url: z.string(),
  pid: z.number(),
  key: z.base64().min(40),
});
const claimSchema = z.object({ until: z.number(), nonce: z.string() });

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const OTHERS = 0o077;
const TICKET_MS = 600_000;

export function doorFileOf(log: string): string {
  return `${log}.server`;
}

export function newDoorKey(): string {
  return randomBytes(KEY_BYTES).toString("base64");
}

/** Replaces that of a server before. */
export function writeDoor(file: string, door: Door): void {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(temporary, `${JSON.stringify(door)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(temporary, file);
}

/** Removes it, unless another server has written its own meanwhile. */
export function removeDoor(file: string, { key }: Pick<Door, "key">): void {
  if (readDoor(file)?.key === key) rmSync(file, { force: true });
}

/** Undefined where there is none, or no whole one. @throws ReeveError `access-invalid` where others may read it */
function readDoor(file: string): Door | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (process.platform !== "win32" && (found.mode & OTHERS) !== 0) {
    throw new ReeveError("access-invalid", `${file} can be read or written by other users`, {
      hint: "remove it and start the server again",
    });
  }
  return doorSchema.safeParse(jsonOf(file)).data;
}

/**
 * A link that signs in to the server of this log, once and within ten minutes; undefined where none runs.
 * @param log the log's file
 * @throws ReeveError `access-invalid` where others may read the key
 */
export function signInLink(log: string): string | undefined {
  const door = readDoor(doorFileOf(log));
  if (!door || !isAlive(door.pid)) return undefined;
  return `${door.url}/sign-in#${signTicket(door.key, Date.now())}`;
}

/** A server that was killed leaves its file behind. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Whose process it is does not matter here: the key opens nothing but its server.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A ticket that the server with this key turns into a cookie once, for ten minutes. */
export function signTicket(key: string, now: number): string {
  const claim = { until: now + TICKET_MS, nonce: randomBytes(NONCE_BYTES).toString("base64url") };
  const text = Buffer.from(JSON.stringify(claim)).toString("base64url");
  return `${text}.${signatureOf(key, text)}`;
}

/** Until when the ticket holds; undefined where it was not signed with this key. */
export function readTicket(key: string, ticket: string): number | undefined {
  const [text = "", signature = ""] = ticket.split(".");
  const wanted = Buffer.from(signatureOf(key, text));
  const given = Buffer.from(signature);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined;
  return claimSchema.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8"))).until;
}

function signatureOf(key: string, text: string): string {
  return createHmac("sha256", Buffer.from(key, "base64")).update(`ticket ${text}`).digest("base64url");
}

function jsonOf(file: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return value;
  } catch (error) {
    // ignore: half a file, or one just removed, is no door
    if (error instanceof SyntaxError || (error instanceof Error && "code" in error)) return undefined;
    throw error;
  }
}
