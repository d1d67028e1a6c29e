/** Bearer tokens for programs. Only their hashes are kept: 32 bytes of chance need no slow hash. */
import { createHash, randomBytes } from "node:crypto";
import { ReeveError } from "@reeve/core";
import type { TokenView } from "../contract/control.ts";
import { scopeSchema, type Scope } from "../contract/route.ts";
import { accessFileOf, openAccess, readAccess, writeAccess, type StoredToken } from "./access-file.ts";

export interface TokenOptions {
  /** 1 to 100 characters; stamped on what is done with the token. */
  readonly name: string;
  readonly scope: Scope;
  /** What runs started with it may do. @default what the runtime may */
  readonly grants?: readonly string[];
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@:-]{0,99}$/u;
const TOKEN_BYTES = 32;
const PREFIX = "reeve_";

/**
 * Makes a token for the server of a log. The token is returned once and kept nowhere.
 * @param log the log's file
 * @throws ReeveError `option-invalid` for a name that is taken or no name, `access-invalid`
 */
export function createToken(log: string, { name, scope, grants }: TokenOptions): string {
  const file = accessFileOf(log);
  const record = openAccess(file);
  if (!NAME.test(name) || name === "local") {
    throw new ReeveError("option-invalid", `token: name is '${name}'`, {
      hint: "use 1 to 100 letters, digits and . _ @ : -; 'local' is the process itself",
    });
  }
  if (!scopeSchema.safeParse(scope).success) {
    throw new ReeveError("option-invalid", `token '${name}': scope is '${scope}'`, {
      hint: "use read or operate",
    });
  }
  if (grants?.some((grant) => grant.trim() === "")) {
    throw new ReeveError("option-invalid", `token '${name}': one of its grants is empty`, {
      hint: "give names of grants with commas between them, such as stock:write,mail:send",
    });
  }
  if (record.tokens.some((token) => token.name === name)) {
    throw new ReeveError("option-invalid", `there is a token '${name}' already`, {
      hint: "use another name, or remove that one first",
    });
  }
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString("base64url")}`;
  const stored = { name, scope, grants: grants ?? null, hash: hashOf(token), createdAt: Date.now() };
  writeAccess(file, { ...record, tokens: [...record.tokens, stored] });
  return token;
}

/** The tokens of a log's server, without what they are. @throws ReeveError `access-invalid` */
export function listTokens(log: string): readonly TokenView[] {
  return (readAccess(accessFileOf(log))?.tokens ?? []).map(tokenView);
}

/** Ends a token; whether there was one of that name. @throws ReeveError `access-invalid` */
export function removeToken(log: string, name: string): boolean {
  const file = accessFileOf(log);
  const record = readAccess(file);
  const left = record?.tokens.filter((token) => token.name !== name);
  if (!record || !left || left.length === record.tokens.length) return false;
  writeAccess(file, { ...record, tokens: left });
  return true;
}

export function tokenView({ name, scope, grants, createdAt }: StoredToken): TokenView {
  return { name, scope, grants, createdAt };
}

/** What is compared and kept in place of a token. */
export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
