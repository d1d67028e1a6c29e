/** Asks why, before a run is cancelled or paused: the reason is kept in its log. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { CopyCommand } from "../parts/copy-command.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { act } from "./act.ts";

interface ReasonDialogProps {
  readonly run: string;
  readonly action: "cancel" | "pause";
  readonly onClose: () => void;
}

const words = {
  cancel: {
    title: "Cancel this run?",
    text: "Running attempts are stopped and completed steps with an undo are undone, as its pattern says.",
    button: "Cancel the run",
    done: "Asked the run to end",
  },
  pause: {
    title: "Pause this run?",
    text: "No further attempt begins; those that run may end.",
    button: "Pause the run",
    done: "Paused the run",
  },
} as const;

/** The question, with its command. */
export function ReasonDialog({ run, action, onClose }: ReasonDialogProps): JSX.Element {
  const reason = useSignal("");
  const { title, text, button, done } = words[action];
  const given = reason.value.trim();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const answer = await act(action, { id: run, ...(given === "" ? {} : { reason: given }) }, done);
    if (answer !== undefined) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p class="muted">{text}</p>
        <label class="field">
          Reason, kept in the log
          <input
            type="text"
            maxLength={1000}
            value={reason.value}
            onInput={(event) => (reason.value = event.currentTarget.value)}
          />
        </label>
        <footer>
          <CopyCommand words={["reeve", action, run, ...(given === "" ? [] : ["--reason", given])]} isShown />
          <span class="spacer" />
          <button type="button" class="button button-plain" onClick={onClose}>
            Leave it
          </button>
          <button type="submit" class={action === "cancel" ? "button button-bad" : "button button-main"}>
            {button}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
