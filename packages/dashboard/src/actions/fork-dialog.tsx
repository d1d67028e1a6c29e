/** Starts a new run from a step of this one, with an input that was edited here. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useAnswer } from "../connection/answers.ts";
import { pathText } from "../format/path.ts";
import { CopyCommand } from "../parts/copy-command.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { navigate, runHref } from "../shell/address.ts";
import { act } from "./act.ts";
import { JsonField } from "./json-field.tsx";
import { typedJson } from "./json-text.ts";

interface ForkDialogProps {
  readonly run: string;
  /** The step that is made anew; empty: the whole run. */
  readonly from: string;
  readonly onClose: () => void;
}

/** The question, with its command. */
export function ForkDialog({ run, from, onClose }: ForkDialogProps): JSX.Element {
  const isWhole = from === "";
  const stored = useAnswer("runValue", isWhole ? { id: run, which: "input" } : undefined);
  const text = useSignal("");
  const isEdited = useSignal(false);
  // A value that was cut or holds what JSON cannot say would not come back as it was.
  const storedText = stored.value?.truncated === false ? stored.value.text : undefined;
  useEffect(() => {
    if (storedText !== undefined && !isEdited.value) text.value = storedText;
  }, [storedText]);

  const typed = typedJson(text.value);
  const isOwn = isEdited.value && text.value.trim() !== "";
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const started = await act(
      "fork",
      { id: run, ...(isWhole ? {} : { from }), ...(isOwn && typed.ok ? { input: typed.value } : {}) },
      "Started a run from this one",
    );
    if (started === undefined) return;
    onClose();
    navigate(runHref(started.id));
  };
  const command = [
    "reeve",
    "fork",
    run,
    ...(isWhole ? [] : ["--from", from]),
    ...(isOwn && typed.ok ? ["--input", JSON.stringify(typed.value)] : []),
  ];
  return (
    <Dialog title={isWhole ? "Fork the whole run" : `Fork from ${pathText(from)}`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p class="muted">
          {isWhole
            ? "A new run does everything anew. This one stays as it is."
            : "A new run takes over what came before this step, and does the step and all that follows anew."}
        </p>
        <JsonField
          label={isWhole ? "Input" : "Input of the step, in place of its own; leave empty to keep it"}
          text={text.value}
          isOptional={!isEdited.value || !isWhole}
          onInput={(value) => {
            isEdited.value = true;
            text.value = value;
          }}
        />
        <footer>
          <CopyCommand words={command} isShown />
          <span class="spacer" />
          <button type="button" class="button button-plain" onClick={onClose}>
            Leave it
          </button>
          <button type="submit" class="button button-main" disabled={isOwn && !typed.ok}>
            Start the fork
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
