/** The frame around every page: navigation, freshness, theme, announcements. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useAnswer } from "../connection/answers.ts";
import { Announcements } from "../parts/announce.tsx";
import { Empty } from "../parts/empty.tsx";
import { hrefOf, pathname } from "./address.ts";
import { GoTo } from "./go-to.tsx";
import { Link } from "./link.tsx";
import { LiveSwitch } from "./live-switch.tsx";
import { PAGES, pageAt, type Page } from "./routes.ts";
import { SignOut } from "./sign-out.tsx";
import { SignedOut } from "./signed-out.tsx";
import { switchTheme, theme } from "./theme.ts";
import { isExact, switchTimes } from "./time-style.ts";

/** The whole application. */
export function Shell(): JSX.Element {
  const found = pageAt(pathname.value);
  const session = useAnswer("session", {});
  const title = found?.page.label ?? "Not found";
  useEffect(() => {
    document.title = `${found?.rest === undefined || found.rest === "" ? title : found.rest} · Reeve`;
    // On narrow screens the pages are a strip that may be scrolled elsewhere.
    document
      .querySelector('nav [aria-current="page"]')
      ?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [title, found?.rest]);
  if (session.error?.status === 401) return <SignedOut />;
  const Component = found?.page.component;
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <header class="side">
        <Link href={hrefOf("/")} class="brand" label="Reeve, overview">
          <Mark />
          <span>Reeve</span>
        </Link>
        <GoTo />
        <nav aria-label="Pages">
          <ul>
            {PAGES.filter(({ isInNavigation }) => isInNavigation).map((page) => (
              <li key={page.name}>
                <NavigationLink page={page} here={found?.page} />
              </li>
            ))}
          </ul>
        </nav>
        <div class="side-end">
          <LiveSwitch />
          <TimeSwitch />
          <ThemeSwitch />
          <SignOut />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {Component === undefined ? (
          <div class="page">
            <h1>Not found</h1>
            <Empty title="There is no such page." command={["reeve", "runs"]} />
          </div>
        ) : (
          <Component key={found?.page.name} rest={found?.rest ?? ""} />
        )}
      </main>
      <Announcements />
    </div>
  );
}

function NavigationLink({
  page,
  here,
}: {
  readonly page: Page;
  readonly here: Page | undefined;
}): JSX.Element {
  const isHere = page === here || (here?.path.startsWith(`${page.path}/`) === true && page.path !== "/");
  return (
    <Link href={hrefOf(page.path)} current={isHere}>
      {page.label}
      {page.name === "needs" && <NeedsCount />}
    </Link>
  );
}

function NeedsCount(): JSX.Element | null {
  const { value } = useAnswer("needs", {});
  const count = value?.needs.length ?? 0;
  if (count === 0) return null;
  return (
    <span class="count count-strong">
      {count}
      {value?.isMore === true && "+"}
      <span class="unseen"> waiting</span>
    </span>
  );
}

function TimeSwitch(): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button"
      aria-pressed={isExact.value}
      aria-label="Exact times"
      title={isExact.value ? "Show how long ago" : "Show exact times"}
      onClick={switchTimes}
    >
      <svg
        width="16"
        height="16"
        viewBox="0 0 16 16"
        aria-hidden="true"
        stroke="currentColor"
        stroke-width="1.5"
      >
        <circle cx="8" cy="8" r="6" />
        <path d="M8 4.500V8l2.500 1.500" stroke-linecap="round" stroke-linejoin="round" />
      </svg>
    </button>
  );
}

function ThemeSwitch(): JSX.Element {
  const isDark = theme.value === "dark";
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={isDark ? "Switch to light" : "Switch to dark"}
      title={isDark ? "Switch to light" : "Switch to dark"}
      onClick={switchTheme}
    >
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6" stroke="currentColor" stroke-width="1.5" />
        <path d={isDark ? "M8 2a6 6 0 0 0 0 12z" : "M8 2a6 6 0 0 1 0 12z"} fill="currentColor" />
      </svg>
    </button>
  );
}

function Mark(): JSX.Element {
  return (
    <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <path
        d="M9 24V8h8.2c3.5 0 5.8 2 5.8 5.1 0 2.4-1.3 4.1-3.5 4.8L24 24h-4.2l-4-5.7h-3.1V24zm3.7-8.7h4c1.5 0 2.5-.8 2.5-2.2s-1-2.1-2.5-2.1h-4z"
        fill="var(--on-accent)"
      />
    </svg>
  );
}
