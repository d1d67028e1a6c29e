/**
 * The address bar as state: which page, and its filters, time range and selection as query parameters, so that a link
 * shows what its sender saw. Everything that reads it follows it.
 */
import { computed, signal, type ReadonlySignal } from "@preact/signals";

const place = signal<URL>(new URL(window.location.href));

window.addEventListener("popstate", () => {
  place.value = new URL(window.location.href);
});

/** Such as "/runs/import-42". */
export const pathname: ReadonlySignal<string> = computed(() => place.value.pathname);

const search = computed(() => place.value.searchParams);

/** The parameter's value; "" where there is none. */
export function parameter(name: string): string {
  return search.value.get(name) ?? "";
}

/** Changes parameters; "" removes one. Filters replace the entry of the history, selections add one. */
export function setParameters(
  changes: Readonly<Record<string, string>>,
  options: { readonly isStep?: boolean } = {},
): void {
  const url = new URL(place.value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  if (url.href === place.value.href) return;
  if (options.isStep === true) window.history.pushState(null, "", url);
  else window.history.replaceState(null, "", url);
  place.value = url;
}

/** Goes to another page of this application. */
export function navigate(href: string): void {
  window.history.pushState(null, "", href);
  place.value = new URL(window.location.href);
  window.scrollTo(0, 0);
}

/** The address of a page; the time range goes along, other parameters are as given. */
export function hrefOf(path: string, parameters: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams();
  const range = search.value.get("range");
  if (range !== null) query.set("range", range);
  for (const [name, value] of Object.entries(parameters)) if (value !== "") query.set(name, value);
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The address of a run's page. */
export function runHref(id: string, parameters: Readonly<Record<string, string>> = {}): string {
  return hrefOf(`/runs/${encodeURIComponent(id)}`, parameters);
}
