/** Light or dark: as the system has it, until somebody says otherwise; that is kept in this browser. */
import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";

export type Theme = "light" | "dark";

const KEY = "reeve-theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(system.matches);
system.addEventListener("change", ({ matches }) => {
  systemIsDark.value = matches;
});

const chosen = signal<Theme | undefined>(readChosen());

/** What is shown. */
export const theme: ReadonlySignal<Theme> = computed(
  () => chosen.value ?? (systemIsDark.value ? "dark" : "light"),
);

/** Shows the other one; the system's own choice is not stored, so that it is followed again. */
export function switchTheme(): void {
  const next = theme.value === "dark" ? "light" : "dark";
  chosen.value = next === (systemIsDark.value ? "dark" : "light") ? undefined : next;
}

/** Keeps the page and the stored choice in step with the signal. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    try {
      if (chosen.value === undefined) window.localStorage.removeItem(KEY);
      else window.localStorage.setItem(KEY, chosen.value);
    } catch {
      // ignore: without storage the choice lasts as long as the page
    }
  });
}

function readChosen(): Theme | undefined {
  try {
    const stored = window.localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : undefined;
  } catch {
    // ignore: storage may be forbidden; then the system decides
    return undefined;
  }
}
