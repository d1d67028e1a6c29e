/** A small picture of one line, in the colour of the text around it. */
import type { JSX } from "preact";

interface MarkProps {
  /** In a square of 16. */
  readonly path: string;
  readonly width: string;
  /** In pixels. @default "14" */
  readonly size?: string;
}

export function Mark({ path, width, size = "14" }: MarkProps): JSX.Element {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      aria-hidden="true"
      stroke="currentColor"
      stroke-width={width}
    >
      <path d={path} stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
