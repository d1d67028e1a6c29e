/** Goes to a run or a pattern by its name, from every page; "/" leads here. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useAnswer } from "../connection/answers.ts";
import { hrefOf, navigate, runHref } from "./address.ts";

const NAMES_SHOWN_MAX = 200;

/** The field. What is the name of a pattern leads there, anything else to the run of that id. */
export function GoTo(): JSX.Element {
  const isUsed = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  const patterns = useAnswer("patterns", isUsed.value ? {} : undefined).value?.patterns ?? [];
  const names = [...new Set(patterns.map(({ name }) => name))].toSorted();
  useEffect(() => {
    const begin = (event: KeyboardEvent): void => {
      if (event.key !== "/" || isTyping(event)) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    document.addEventListener("keydown", begin);
    return () => document.removeEventListener("keydown", begin);
  }, []);
  const go = (event: Event): void => {
    event.preventDefault();
    const input = field.current;
    const name = input?.value.trim() ?? "";
    if (input === null || name === "") return;
    input.value = "";
    input.blur();
    navigate(names.includes(name) ? hrefOf(`/patterns/${encodeURIComponent(name)}`) : runHref(name));
  };
  return (
    <form class="go-to" role="search" aria-label="Go to a run or pattern" onSubmit={go}>
      <input
        ref={field}
        type="search"
        aria-label="Id of a run, or name of a pattern"
        aria-keyshortcuts="/"
        placeholder="Run or pattern"
        title="Go to a run by its id, or to a pattern by its name. Press / to come here."
        autocomplete="off"
        spellcheck={false}
        list="go-to-names"
        onFocus={() => (isUsed.value = true)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
      <kbd aria-hidden="true">/</kbd>
      <datalist id="go-to-names">
        {names.slice(0, NAMES_SHOWN_MAX).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </form>
  );
}

/** Whether the key belongs to something else: a field, a dialog, the browser. */
function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true;
  return (
    target instanceof Element && target.closest("input, textarea, select, dialog, [role=dialog]") !== null
  );
}
