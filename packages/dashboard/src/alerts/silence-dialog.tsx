/** Asks for how long, and why, before the news of an alert is kept back. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { act } from "../actions/act.ts";
import { CopyCommand } from "../parts/copy-command.tsx";
import { Dialog } from "../parts/dialog.tsx";

interface SilenceDialogProps {
  readonly alert: string;
  readonly onClose: () => void;
}

const HOUR_MS = 3_600_000;

const LENGTHS = [
  { word: "30m", label: "30 minutes", ms: HOUR_MS / 2 },
  { word: "2h", label: "2 hours", ms: 2 * HOUR_MS },
  { word: "1d", label: "1 day", ms: 24 * HOUR_MS },
  { word: "7d", label: "7 days", ms: 7 * 24 * HOUR_MS },
] as const;

/** The question, with its command. */
export function SilenceDialog({ alert, onClose }: SilenceDialogProps): JSX.Element {
  const reason = useSignal("");
  const chosen = useSignal<(typeof LENGTHS)[number]>(LENGTHS[1]);
  const given = reason.value.trim();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const input = { alert, reason: given, forMs: chosen.value.ms };
    if ((await act("silence", input, "Silenced the alert")) !== undefined) onClose();
  };
  return (
    <Dialog title="Silence this alert?" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p class="muted">
          <code class="break">{alert}</code> goes on to fire here; nobody is told of it meanwhile.
        </p>
        <div class="segments" role="group" aria-label="For how long">
          {LENGTHS.map((length) => (
            <button
              key={length.word}
              type="button"
              aria-pressed={length === chosen.value}
              onClick={() => (chosen.value = length)}
            >
              {length.label}
            </button>
          ))}
        </div>
        <label class="field">
          Reason, shown wherever the alert is
          <input
            type="text"
            required
            maxLength={1_000}
            value={reason.value}
            onInput={(event) => (reason.value = event.currentTarget.value)}
          />
        </label>
        <footer>
          <CopyCommand
            words={[
              "reeve",
              "silence",
              alert,
              "--for",
              chosen.value.word,
              "--reason",
              given === "" ? "WHY" : given,
            ]}
            isShown
          />
          <span class="spacer" />
          <button type="button" class="button button-plain" onClick={onClose}>
            Leave it
          </button>
          <button type="submit" class="button button-main" disabled={given === ""}>
            Silence it
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
