/** Which page an address shows. The pages are loaded when they are first shown, but those that people begin with. */
import type { ComponentType } from "preact";
import { lazyPage } from "./lazy-page.tsx";
import { OverviewPage } from "../overview/overview-page.tsx";
import { RunsPage } from "../runs/runs-page.tsx";

export interface Page {
  readonly name: string;
  readonly label: string;
  /** The address, and those that begin with it and a slash. */
  readonly path: string;
  readonly isInNavigation: boolean;
  readonly component: ComponentType<{ readonly rest: string }>;
}

const RunPage = lazyPage(async () => (await import("../run/run-page.tsx")).RunPage);
const NeedsPage = lazyPage(async () => (await import("../needs/needs-page.tsx")).NeedsPage);
const FailuresPage = lazyPage(async () => (await import("../failures/failures-page.tsx")).FailuresPage);
const PatternsPage = lazyPage(async () => (await import("../patterns/patterns-page.tsx")).PatternsPage);
const PatternPage = lazyPage(async () => (await import("../patterns/pattern-page.tsx")).PatternPage);
const AgentsPage = lazyPage(async () => (await import("../agents/agents-page.tsx")).AgentsPage);
const ChoicesPage = lazyPage(async () => (await import("../choices/choices-page.tsx")).ChoicesPage);
const ResourcesPage = lazyPage(async () => (await import("../resources/resources-page.tsx")).ResourcesPage);
const AlertsPage = lazyPage(async () => (await import("../alerts/alerts-page.tsx")).AlertsPage);
const AuditPage = lazyPage(async () => (await import("../audit/audit-page.tsx")).AuditPage);

export const PAGES: readonly Page[] = [
  { name: "overview", label: "Overview", path: "/", isInNavigation: true, component: OverviewPage },
  { name: "needs", label: "Needs you", path: "/needs", isInNavigation: true, component: NeedsPage },
  { name: "failures", label: "Failures", path: "/failures", isInNavigation: true, component: FailuresPage },
  { name: "runs", label: "Runs", path: "/runs", isInNavigation: true, component: RunsPage },
  { name: "run", label: "Run", path: "/runs/", isInNavigation: false, component: RunPage },
  { name: "patterns", label: "Patterns", path: "/patterns", isInNavigation: true, component: PatternsPage },
  { name: "pattern", label: "Pattern", path: "/patterns/", isInNavigation: false, component: PatternPage },
  {
    name: "agents",
    label: "Agents and queues",
    path: "/agents",
    isInNavigation: true,
    component: AgentsPage,
  },
  { name: "choices", label: "Choices", path: "/choices", isInNavigation: true, component: ChoicesPage },
  {
    name: "resources",
    label: "Resources",
    path: "/resources",
    isInNavigation: true,
    component: ResourcesPage,
  },
  { name: "alerts", label: "Alerts", path: "/alerts", isInNavigation: true, component: AlertsPage },
  { name: "audit", label: "Audit", path: "/audit", isInNavigation: true, component: AuditPage },
];

/** The page for an address, and what the address has after the page's own; undefined where there is none. */
export function pageAt(path: string): { readonly page: Page; readonly rest: string } | undefined {
  for (const page of PAGES) {
    if (path === page.path) return { page, rest: "" };
    if (page.path.length > 1 && page.path.endsWith("/") && path.startsWith(page.path)) {
      return { page, rest: decoded(path.slice(page.path.length)) };
    }
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not our encoding; then it is taken as it is, and the server says that it knows nothing of the name.
    return text;
  }
}
