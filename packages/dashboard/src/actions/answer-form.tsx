/** Answers an approval: yes, no, or a JSON value of one's own. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { CopyCommand } from "../parts/copy-command.tsx";
import { act, useMayOperate } from "./act.ts";
import { JsonField } from "./json-field.tsx";
import { typedJson } from "./json-text.ts";

interface AnswerFormProps {
  readonly run: string;
  readonly path: string;
}

/** The buttons, and the field for other answers. */
export function AnswerForm({ run, path }: AnswerFormProps): JSX.Element {
  const mayOperate = useMayOperate();
  const isOpen = useSignal(false);
  const text = useSignal("");
  const typed = typedJson(text.value);
  const send = async (answer: unknown): Promise<void> => {
    await act("signal", { id: run, name: path, answer }, "Answered");
  };
  return (
    <div class="answer">
      <span class="actions">
        <button
          type="button"
          class="button button-main"
          title="Sends true; what follows is up to the pattern"
          disabled={!mayOperate}
          onClick={() => void send(true)}
        >
          Approve
        </button>
        <CopyCommand words={["reeve", "signal", run, path, "--answer", "true"]} />
        <button
          type="button"
          class="button button-plain"
          title="Sends false; what follows is up to the pattern"
          disabled={!mayOperate}
          onClick={() => void send(false)}
        >
          Decline
        </button>
        <CopyCommand words={["reeve", "signal", run, path, "--answer", "false"]} />
        <button
          type="button"
          class="quiet"
          aria-expanded={isOpen.value}
          onClick={() => (isOpen.value = !isOpen.value)}
        >
          Other answer…
        </button>
      </span>
      {isOpen.value && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.ok) void send(typed.value);
          }}
        >
          <JsonField
            label="Answer as JSON"
            text={text.value}
            rows={3}
            isOptional
            onInput={(value) => (text.value = value)}
          />
          <span class="actions">
            <button type="submit" class="button button-main" disabled={!mayOperate || !typed.ok}>
              Send
            </button>
            {typed.ok && (
              <CopyCommand
                words={["reeve", "signal", run, path, "--answer", JSON.stringify(typed.value)]}
                isShown
              />
            )}
          </span>
        </form>
      )}
    </div>
  );
}
