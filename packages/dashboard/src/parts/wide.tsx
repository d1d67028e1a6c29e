/** What may be wider than its place and is then moved sideways, by keyboard, too. */
import type { ComponentChildren, JSX } from "preact";

interface WideProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** A region of its own. */
export function Wide({ label, children }: WideProps): JSX.Element {
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  );
}
