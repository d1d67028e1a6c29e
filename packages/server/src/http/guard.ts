/**
 * What is refused before anything is looked at: requests for another host (a page whose name was rebound to this
 * machine), requests that another site's page made, and credentials that travelled in the open.
 */
import { isIP } from "node:net";
import { ReeveError } from "@reeve/core";
import type { Scope } from "../contract/route.ts";
import type { Credential, Gatekeeper } from "../access/gatekeeper.ts";

export interface Asked {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** What browsers say of whose page asks, also where they send no Origin: as `Sec-Fetch-Site` has it. */
  readonly fetchSite: string | undefined;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  /** The address of who is connected. */
  readonly peer: string | undefined;
  readonly isEncrypted: boolean;
}

export interface GuardOptions {
  /** Names and addresses with their ports under which the server is asked for. */
  readonly hosts: ReadonlySet<string>;
  readonly insecure: boolean;
  readonly gatekeeper: Gatekeeper;
}

const SAFE = new Set(["GET", "HEAD"]);
/** "none": a person, such as by the address bar. */
const OWN_SITES = new Set(["same-origin", "none"]);
const BEARER = /^bearer +(\S+) *$/i;

/** @throws ReeveError `request-refused` */
export function checkPlace({ host, origin }: Asked, { hosts }: GuardOptions): void {
  if (host === undefined || !hosts.has(host.toLowerCase())) {
    throw new ReeveError("request-refused", `the request is for host '${host ?? ""}'`, {
      hint: "open the address that reeve up printed, or name the host with --allow-host",
    });
  }
  if (origin === undefined) return;
  if (hosts.has(origin.replace(/^https?:\/\//, "").toLowerCase())) return;
  throw new ReeveError("request-refused", `the request was made by a page of '${origin}'`, {
    hint: "other sites' pages may not use the server; programs send no Origin",
  });
}

/**
 * An image or a script of another page is asked for without an Origin, and from another port of this machine with the
 * cookie. It could not read the answer, but hold streams open, and learn by how it ends whether a run exists.
 * @throws ReeveError `request-refused`
 */
export function checkPage({ fetchSite }: Asked): void {
  if (fetchSite === undefined || OWN_SITES.has(fetchSite)) return;
  throw new ReeveError("request-refused", `the request was made by a page of another site (${fetchSite})`, {
    hint: "other sites' pages may not use the server; open the dashboard, or use a program with a token",
  });
}

/** Who asks. @throws ReeveError `not-signed-in`, `request-refused` */
export function identify(asked: Asked, { gatekeeper, insecure }: GuardOptions): Credential {
  const token = BEARER.exec(asked.authorization ?? "")?.[1];
  const credential =
    token === undefined
      ? asked.cookie === undefined
        ? undefined
        : gatekeeper.byCookie(asked.cookie)
      : gatekeeper.byToken(token);
  // Said also of wrong ones: whoever sends them this way gives the right ones away, too.
  if (token !== undefined || asked.cookie !== undefined) checkChannel(asked, insecure);
  if (!credential) {
    throw new ReeveError("not-signed-in", "the request has no valid credential", {
      hint: "open the link that reeve up printed, or send a token made with reeve token as a bearer token",
    });
  }
  // A browser sends the cookie by itself, and says with each change whose page asked for it.
  if (credential.kind === "cookie" && !SAFE.has(asked.method) && asked.origin === undefined) {
    throw new ReeveError("request-refused", "the request changes something and has no Origin", {
      hint: "programs use a bearer token, not the cookie",
    });
  }
  return credential;
}

/** @throws ReeveError `permission-denied` */
export function checkScope(credential: Credential, scope: Scope): void {
  if (scope === "read" || credential.scope === "operate") return;
  throw new ReeveError("permission-denied", `'${credential.principal}' may read, not operate`, {
    hint: "use a token with the scope operate: reeve token NAME --scope operate",
  });
}

/** @throws ReeveError `request-refused` */
export function checkChannel({ peer, isEncrypted }: Asked, insecure: boolean): void {
  if (isEncrypted || insecure || isLoopback(peer)) return;
  throw new ReeveError("request-refused", "a credential came over a network without encryption", {
    hint: "serve with --tls-cert and --tls-key, or over an encrypted tunnel; --insecure allows it as it is",
  });
}

export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
  return plain === "localhost" || plain === "::1" || (isIP(plain) === 4 && plain.startsWith("127."));
}
