/**
 * A run's context in its row: what differs from the usual, as JSON. Most runs have the usual one, which took a tenth of
 * what a short run takes in the file.
 */
import { deepFreeze, type Context } from "../../delegation/context.ts";
import { damaged, isObject } from "./columns.ts";

/** Part of the file format: none of these is ever changed. */
const USUAL: Context = deepFreeze({
  domain: "default",
  agentType: "default",
  priority: 2,
  attributes: {},
  principal: "local",
  grants: [],
});

/** Of the context that the run before had; most have the default one of their pattern. */
let last: { readonly context: Context; readonly text: string } | undefined;

/** A context never changes. */
export function contextText(context: Context): string {
  if (last?.context !== context) last = { context, text: textOf(context) };
  return last.text;
}

/** @throws ReeveError `file-damaged` */
export function contextOf(text: string, run: string): Context {
  const written: unknown = JSON.parse(text);
  const context: unknown = isObject(written) ? { ...USUAL, ...written } : written;
  if (!isContext(context)) throw damaged(`the context of run ${run} is not what was written`);
  return context;
}

function textOf(context: Context): string {
  const { domain, agentType, priority, attributes, principal, grants, ...others } = context;
  return JSON.stringify({
    ...(domain !== USUAL.domain && { domain }),
    ...(agentType !== USUAL.agentType && { agentType }),
    ...(priority !== USUAL.priority && { priority }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(principal !== USUAL.principal && { principal }),
    ...(grants.length > 0 && { grants }),
    ...others,
  });
}

function isContext(value: unknown): value is Context {
  return (
    isObject(value) &&
    typeof value["domain"] === "string" &&
    typeof value["agentType"] === "string" &&
    typeof value["priority"] === "number" &&
    typeof value["principal"] === "string" &&
    isObject(value["attributes"]) &&
    Array.isArray(value["grants"])
  );
}
