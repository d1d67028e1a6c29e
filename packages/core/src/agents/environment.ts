/**
 * What a child process sees of this process's environment: what programs need to run at all, and nothing else, so that
 * credentials of the host don't leak into whatever an agent starts.
 */
const ALLOWED: ReadonlySet<string> = new Set(["PATH", "HOME", "LANG", "TMPDIR", "TZ", "SystemRoot"]);
const ALLOWED_PREFIX = "LC_";

/**
 * @param traceparent of the attempt; programs that OpenTelemetry instruments take it from TRACEPARENT
 * @param added wins over what is inherited.
 */
export function childEnvironment(
  traceparent: string,
  added: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const environment: Record<string, string> = { TRACEPARENT: traceparent };
  for (const [name, value] of Object.entries(process.env)) {
    // On Windows names differ in case only by accident, such as `Path`.
    const allowed = ALLOWED.has(name) || name.startsWith(ALLOWED_PREFIX) || name.toUpperCase() === "PATH";
    if (allowed && value !== undefined) environment[name] = value;
  }
  return { ...environment, ...added };
}
