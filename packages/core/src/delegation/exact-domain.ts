/** Tells a domain's name from what stands for several domains. */

/** What has a meaning in an expression; `.` stands in names, too. */
const SYNTAX = /[\\^$*+?()[\]{}|]/;

/** Whether `domain` names one domain, and is neither an expression nor `*`. */
export function isExactDomain(domain: string): boolean {
  return !SYNTAX.test(domain) && !isDelimited(domain);
}

/** `/…/` is an expression whatever it holds. */
export function isDelimited(text: string): boolean {
  return text.length > 2 && text.startsWith("/") && text.endsWith("/");
}
