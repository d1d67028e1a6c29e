/** Opens what a command works with: the runtime behind the server that is named, else the one of the configuration. */
import type { Runtime } from "@reeve/core";
import type { Call } from "../command-line/command.ts";
import { openAsGuest, openForWork, openToAsk, openToLook } from "../config/open-runtime.ts";
import { localAccess } from "./local-access.ts";
import { openRemote } from "./open-remote.ts";
import type { RuntimeAccess } from "./runtime-access.ts";
import { serverOf } from "./server-of.ts";

type Purpose = "guest" | "look" | "ask" | "work";

const OPENERS: { readonly [purpose in Purpose]: (call: Call) => Promise<Runtime> } = {
  /** Reads, and asks the owner: nothing is worked off. */
  guest: openAsGuest,
  /** The same; where there is no log yet, what an empty one would say. */
  look: openToLook,
  /** The same; where there is no log yet, one is made. */
  ask: openToAsk,
  /** Works, where no other process does. */
  work: openForWork,
};

/**
 * @param purpose what is to be done; a server does all of it
 * @throws CommandError, among them `NoLogYet`
 */
export async function openAccess(call: Call, purpose: Purpose): Promise<RuntimeAccess> {
  const server = serverOf(call);
  return server ? openRemote(server) : localAccess(await OPENERS[purpose](call));
}
