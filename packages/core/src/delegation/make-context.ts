/** Makes the context of a root task from what its caller said; everything left out gets its default. */
import { narrowGrants } from "./authority.ts";
import { isExactDomain } from "./exact-domain.ts";
import { frozenCopy, type Context, type ContextRequest } from "./context.ts";
import { checkContextRequest } from "./context-request.ts";
import type { Matches } from "./pattern.ts";

const PRIORITY_DEFAULT = 2;

/** Who asks and what they hold; from a credential, never from the request. */
export interface Caller {
  readonly principal: string;
  readonly grants: readonly string[];
}

/**
 * A frozen context.
 * @throws ReeveError `option-invalid` for a bad value, `permission-denied` for grants the caller does not hold.
 */
export function makeContext(request: ContextRequest, matches: Matches | undefined, caller: Caller): Context {
  checkContextRequest(request);
  const context: Context = {
    domain: request.domain ?? exactDomain(matches) ?? "default",
    agentType: request.agentType ?? "default",
    priority: request.priority ?? PRIORITY_DEFAULT,
    attributes: request.attributes ?? {},
    principal: caller.principal,
    grants: [...narrowGrants(caller.grants, request.grants)],
  };
  return frozenCopy(context);
}

/** The domain a pattern names, unless it is an expression over several. */
function exactDomain(matches: Matches | undefined): string | undefined {
  const domain = matches?.domain;
  return domain !== undefined && isExactDomain(domain) ? domain : undefined;
}
