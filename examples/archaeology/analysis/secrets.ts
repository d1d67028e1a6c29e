/**
 * Finds likely secrets: private keys, tokens in well-known formats, passwords in addresses, and random-looking values
 * assigned to names such as `apiKey`. Reports where and what kind, and never the value. Known documentation examples
 * and placeholders are left out; a value is no proof, and its absence none either.
 */

import type { SecretFinding } from "./file-finding.ts";
import { lineCounter } from "./line-index.ts";

interface TokenFormat {
  kind: string;
  /** A part every such token has: looked for first, as plain text search is far faster than the pattern. */
  hint: string;
  pattern: RegExp;
}

const formats: TokenFormat[] = [
  {
    kind: "private key",
    hint: "PRIVATE KEY-----",
    pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----\s*(?:\\n)?[A-Za-z0-9+/=\s\\:,-]{64}/g,
  },
  { kind: "AWS access key", hint: "AKIA", pattern: /\bAKIA[0-9A-Z]{16}\b/g },
  { kind: "GitHub token", hint: "gh", pattern: /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g },
  { kind: "GitHub token", hint: "github_pat_", pattern: /\bgithub_pat_[A-Za-z0-9_]{40,}\b/g },
  { kind: "GitLab token", hint: "glpat-", pattern: /\bglpat-[A-Za-z0-9_-]{20,}/g },
  { kind: "npm token", hint: "npm_", pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: "Slack token", hint: "xox", pattern: /\bxox[abprs]-[A-Za-z0-9-]{20,}/g },
  { kind: "Stripe key", hint: "k_live_", pattern: /\b[rs]k_live_[A-Za-z0-9]{20,}/g },
  { kind: "Google API key", hint: "AIza", pattern: /\bAIza[A-Za-z0-9_-]{35}\b/g },
  { kind: "SendGrid key", hint: "SG.", pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b/g },
  {
    kind: "JSON web token",
    hint: "eyJ",
    pattern: /\beyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,500}/g,
  },
  {
    kind: "password in address",
    hint: "://",
    pattern: /:\/\/[^\s/:@"'`<>${}]{1,60}:([^\s/:@"'`<>${}]{6,80})@[\w.-]+/g,
  },
];

const assignment =
  /(?:password|passwd|secret|token|api_?key|apikey|access_?key|auth_?key|private_?key|credential)[\w-]{0,20}["'`]?\s*[:=]{1,2}\s*["'`]([A-Za-z0-9+/=_.!@#%^&*-]{12,200})["'`]/gi;

const placeholder =
  /example|placeholder|changeme|your|dummy|sample|test|xxxx|\*\*\*\*|1234|abcd|<|process\.env|password|secret/i;

const secretsMax = 20;

/** At most 20, in line order. */
export function findSecrets(text: string): SecretFinding[] {
  const found: { at: number; kind: string; value: string }[] = [];
  for (const { kind, hint, pattern } of formats) {
    if (!text.includes(hint)) continue;
    for (const match of text.matchAll(pattern)) {
      const value = match[1] ?? match[0];
      if (kind === "private key" ? looksRandom(keyBody(value), 3.5) : !placeholder.test(value)) {
        found.push({ at: match.index, kind, value });
      }
    }
  }
  for (const match of matchAssignments(text)) {
    const value = match[1] ?? "";
    if (placeholder.test(value) || !looksRandom(value, 3.6) || !isMixed(value)) continue;
    if (found.some((other) => match.index <= other.at && other.at <= match.index + match[0].length)) continue;
    found.push({ at: match.index, kind: "assigned secret", value });
  }
  const lineOf = lineCounter(text);
  return found
    .toSorted((a, b) => a.at - b.at)
    .slice(0, secretsMax)
    .map(({ at, kind, value }) => ({ line: lineOf(at), kind, masked: mask(kind, value) }));
}

/** A pattern without regard to case is slow; most files have none of the names, which is quickly seen. */
function matchAssignments(text: string): Iterable<RegExpExecArray> {
  return names.test(text) ? text.matchAll(assignment) : [];
}

const names =
  /[pP](?:assw(?:or)?d|rivate_?[kK]ey)|[sS]ecret|[tT]oken|[aA]pi_?[kK]ey|[aA](?:ccess|uth)_?[kK]ey|[cC]redential|PASSW|SECRET|TOKEN|_KEY|APIKEY|CREDENTIAL/;

function mask(kind: string, value: string): string {
  if (kind === "private key") return "----…";
  return `${value.slice(0, 4)}… (${value.length} characters)`;
}

function keyBody(value: string): string {
  return value.replace(/^-----[^-]*-----/, "").replace(/\s|\\n/g, "");
}

/** Letters and digits both, and not words joined by dots, dashes or slashes. */
function isMixed(value: string): boolean {
  if (!/[0-9]/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return !/^[a-z]+(?:[-_./][a-z0-9]+)+$/i.test(value) || /[0-9].*[0-9].*[0-9]/.test(value);
}

/** Shannon entropy in bits per character: written words stay below 3.5, random Base64 of this length above. */
function looksRandom(value: string, bitsMin: number): boolean {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const part = count / value.length;
    bits -= part * Math.log2(part);
  }
  return bits >= bitsMin;
}
