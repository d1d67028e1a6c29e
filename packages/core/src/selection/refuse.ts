/** How what is declared in `matches` is refused. */

/** Throws an error that names the pattern, the property and the value, and may say more of the value. */
export type Refuse = (property: string, received: unknown, hint: string, problem?: string) => never;
