/** A field for JSON that says at once what is wrong with it. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { typedJson } from "./json-text.ts";

interface JsonFieldProps {
  readonly label: string;
  readonly text: string;
  readonly rows?: number;
  readonly isOptional?: boolean;
  readonly onInput: (text: string) => void;
}

/** The field. */
export function JsonField({
  label,
  text,
  rows = 8,
  isOptional = false,
  onInput,
}: JsonFieldProps): JSX.Element {
  const id = useId();
  const typed = typedJson(text);
  const problem = typed.ok || (isOptional && text.trim() === "") ? undefined : typed.problem;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        class="mono"
        rows={rows}
        spellcheck={false}
        value={text}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-problem`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p id={`${id}-problem`} class="problem small" aria-live="polite">
        {problem ?? ""}
      </p>
    </div>
  );
}
