/** Carrying out what a button asks for, and telling what came of it. */
import { refresh, useAnswer } from "../connection/answers.ts";
import { ask, type Asked } from "../connection/ask.ts";
import type { InputOf, OutputOf } from "../connection/contract.ts";
import { RequestError } from "../connection/request.ts";
import { announce } from "../parts/announce.tsx";

/** Asks the server, and says how it went; undefined where it was refused. */
export async function act<Name extends Asked>(
  name: Name,
  input: InputOf<Name>,
  done: string,
): Promise<OutputOf<Name> | undefined> {
  try {
    const answer = await ask(name, input);
    announce(done);
    refresh("/api", true);
    return answer;
  } catch (cause) {
    const hint = cause instanceof RequestError ? cause.hint : undefined;
    announce(cause instanceof Error ? cause.message : String(cause), { hint });
    return undefined;
  }
}

/** Whether who looks may also act. */
export function useMayOperate(): boolean {
  const { value } = useAnswer("session", {});
  return value?.scope === "operate" && !value.readOnly;
}
