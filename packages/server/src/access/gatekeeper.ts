/**
 * Tells who asks: by a bearer token, or by the cookie of a person who signed in with a link that worked once.
 *
 * Cookies are signed and hold when they end, so that a restarted server still knows them; those that were signed out
 * are kept until then. Links and what was used of them are forgotten with the process, and open no other one.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Scope } from "../contract/route.ts";
import {
  accessMark,
  newAccessRecord,
  openAccess,
  readAccess,
  writeAccess,
  type AccessRecord,
} from "./access-file.ts";
import { newDoorKey, readTicket } from "./door-file.ts";
import { hashOf } from "./tokens.ts";

export interface Credential {
  readonly kind: "token" | "cookie";
  /** What is stamped on what is done with it. */
  readonly principal: string;
  readonly scope: Scope;
  /** Undefined: what the runtime may. */
  readonly grants: readonly string[] | undefined;
  /** Null: until it is removed. */
  readonly expiresAt: number | null;
}

export interface Cookie {
  readonly value: string;
  readonly maxAgeSeconds: number;
}

const TICKET_MS = 600_000;
const SESSION_MS = 12 * 3_600_000;
const TICKETS_MAX = 100;
const TICKET_BYTES = 32;
/** How long a change of the file may go unnoticed. */
const LOOK_MS = 1_000;

const claimSchema = z.object({ until: z.number() });

export class Gatekeeper {
  readonly #file: string | undefined;
  readonly #now: () => number;
  /** Hashes of tickets that were not used yet, with when they end. */
  readonly #tickets = new Map<string, number>();
  /** Hashes of signed tickets that were used, until they would have ended. */
  readonly #used = new Map<string, number>();
  /** Signs tickets that are made outside of this process, by whoever may read its file. */
  readonly doorKey: string = newDoorKey();
  #record: AccessRecord;
  #mark: string;
  #lookedAt: number;

  /**
   * @param file undefined: nothing is kept
   * @throws ReeveError `access-invalid`, `storage-unavailable`
   */
  constructor(file: string | undefined, now: () => number) {
    this.#file = file;
    this.#now = now;
    this.#record = file === undefined ? newAccessRecord() : openAccess(file);
    this.#mark = file === undefined ? "" : accessMark(file);
    this.#lookedAt = now();
  }

  get tokens(): AccessRecord["tokens"] {
    this.#look();
    return this.#record.tokens;
  }

  /** A ticket that can be turned into a cookie once, for ten minutes. */
  issueTicket(): string {
    const ticket = randomBytes(TICKET_BYTES).toString("base64url");
    this.#tickets.set(hashOf(ticket), this.#now() + TICKET_MS);
    for (const oldest of this.#tickets.keys()) {
      if (this.#tickets.size <= TICKETS_MAX) break;
      this.#tickets.delete(oldest);
    }
    return ticket;
  }

  /** Undefined where the ticket is unknown, was used, or is too old. */
  redeem(ticket: string): Cookie | undefined {
    const hash = hashOf(ticket);
    const until = this.#tickets.get(hash) ?? this.#signed(ticket, hash);
    this.#tickets.delete(hash);
    if (until === undefined || until < this.#now()) return undefined;
    this.#look();
    const claim = Buffer.from(JSON.stringify({ until: this.#now() + SESSION_MS })).toString("base64url");
    return { value: `${claim}.${this.#signatureOf(claim)}`, maxAgeSeconds: SESSION_MS / 1_000 };
  }

  /** Until when a signed ticket holds that was not used yet; from now on it was. */
  #signed(ticket: string, hash: string): number | undefined {
    const until = readTicket(this.doorKey, ticket);
    if (until === undefined || this.#used.has(hash)) return undefined;
    const now = this.#now();
    for (const [used, end] of this.#used) if (end < now) this.#used.delete(used);
    this.#used.set(hash, until);
    return until;
  }

  /** Ends a sign-in for good, also for who has a copy of its cookie. */
  signOut(cookie: string): void {
    const found = this.byCookie(cookie);
    if (!found) return;
    const now = this.#now();
    const record = (this.#file === undefined ? undefined : readAccess(this.#file)) ?? this.#record;
    const kept = (record.signedOut ?? []).filter(({ until }) => until > now);
    const ended = { hash: hashOf(cookie), until: found.expiresAt ?? now + SESSION_MS };
    this.#record = { ...record, signedOut: [...kept, ended] };
    if (this.#file === undefined) return;
    writeAccess(this.#file, this.#record);
    this.#mark = accessMark(this.#file);
  }

  /** Whose token it is. */
  byToken(token: string): Credential | undefined {
    this.#look();
    const hash = Buffer.from(hashOf(token), "hex");
    let found = this.#tokenWith(hash);
    if (!found) {
      // Made since the last look, perhaps: whoever makes a token uses it at once.
      this.#look(0);
      found = this.#tokenWith(hash);
    }
    if (!found) return undefined;
    const { name, scope, grants } = found;
    return { kind: "token", principal: name, scope, grants: grants ?? undefined, expiresAt: null };
  }

  /** A person who signed in; the one who can read the process's terminal, so "local" and no less. */
  byCookie(value: string): Credential | undefined {
    this.#look();
    const [claim = "", signature = ""] = value.split(".");
    const wanted = Buffer.from(this.#signatureOf(claim));
    const given = Buffer.from(signature);
    if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined;
    const { until } = claimSchema.parse(JSON.parse(Buffer.from(claim, "base64url").toString("utf8")));
    if (until < this.#now()) return undefined;
    const hash = hashOf(value);
    if (this.#record.signedOut?.some((ended) => ended.hash === hash) === true) return undefined;
    return { kind: "cookie", principal: "local", scope: "operate", grants: undefined, expiresAt: until };
  }

  #tokenWith(hash: Buffer): AccessRecord["tokens"][number] | undefined {
    return this.#record.tokens.find((stored) => timingSafeEqual(Buffer.from(stored.hash, "hex"), hash));
  }

  #signatureOf(claim: string): string {
    return createHmac("sha256", Buffer.from(this.#record.key, "base64")).update(claim).digest("base64url");
  }

  /** Tokens are made and removed by other processes. */
  #look(unnoticedMs: number = LOOK_MS): void {
    const now = this.#now();
    if (this.#file === undefined || now - this.#lookedAt < unnoticedMs) return;
    const mark = accessMark(this.#file);
    // A file that is gone ends all tokens and sign-ins; one that can't be read lets nobody in until it can.
    if (mark !== this.#mark) this.#record = readAccess(this.#file) ?? newAccessRecord();
    this.#mark = mark;
    this.#lookedAt = now;
  }
}
