/** Pages that are loaded when they are first shown. */
import { signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { Loading } from "../parts/notice.tsx";

type PageComponent = ComponentType<{ readonly rest: string }>;

/** A component that loads the page and shows lines until it is there. */
export function lazyPage(load: () => Promise<PageComponent>): PageComponent {
  const loaded = signal<PageComponent | undefined>(undefined);
  const problem = signal(false);
  let isLoading = false;
  const begin = async (): Promise<void> => {
    isLoading = true;
    problem.value = false;
    try {
      const component = await load();
      loaded.value = component;
    } catch {
      // A newer release may have replaced the file, or the server is away: loading again helps either way.
      problem.value = true;
    }
    isLoading = false;
  };
  return function LazyPage({ rest }: { readonly rest: string }): JSX.Element {
    const Component = loaded.value;
    if (Component !== undefined) return <Component rest={rest} />;
    if (problem.value) {
      return (
        <div class="empty">
          <p class="empty-title">This page could not be loaded.</p>
          <button type="button" onClick={() => window.location.reload()}>
            Load again
          </button>
        </div>
      );
    }
    if (!isLoading) void begin();
    return <Loading rows={6} />;
  };
}
