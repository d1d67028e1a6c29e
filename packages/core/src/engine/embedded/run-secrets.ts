/**
 * The secrets one run knows: learned as values are stored for it, and from its log when it is back in memory. While the
 * run is in memory they are looked for in everything that is said; `secrets-sealed` events tell where they lie.
 */
import { deepFreeze, type Context } from "../../delegation/context.ts";
import type { Admission, Fact } from "../../delegation/event.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import { ReeveError } from "../../errors.ts";
import type { Vault } from "../../secrets/vault.ts";
import type { Encoded } from "../engine.ts";
import type { RunMemory } from "./run-memory.ts";

/** Where values are stored. */
export interface SecretsHost {
  readonly vault: Vault;
  addPayload(value: Encoded): PayloadId;
  /** The value as it is stored. */
  payload(id: PayloadId): Encoded;
}

/** Stores a value with its secrets sealed. */
export function storeSealed(value: Encoded, { vault, addPayload }: SecretsHost): PayloadId {
  return addPayload(vault.sealed(value));
}

/** A context with its secrets sealed, as it is stored, and open, as the walk sees it. */
export interface SealedContext {
  readonly stored: Context;
  readonly open: Context;
}

/** @param context may have been read from the log @throws ReeveError `secret-key-missing`, `file-damaged` */
export function sealContext(context: Context, { vault }: SecretsHost): SealedContext {
  if (!hasAttributes(context)) return { stored: context, open: context };
  const open = openContext(context, vault);
  const attributes = vault.sealJson(open.attributes);
  return { stored: attributes === open.attributes ? open : { ...open, attributes }, open };
}

/** A limit's key may be a secret, such as the API key of a customer; who shares it still waits for the same place. */
export function withoutSecrets<Given extends Admission | undefined>(
  admission: Given,
  { vault }: SecretsHost,
): Given {
  if (!admission || admission.places.length === 0) return admission;
  return { ...admission, places: admission.places.map((place) => vault.hideInName(place)) };
}

export class RunSecrets {
  readonly #host: SecretsHost;
  readonly #memory: RunMemory;
  readonly #append: (fact: Fact) => void;

  /** @param append is told, before a value is referred to, that it holds new secrets */
  constructor(host: SecretsHost, memory: RunMemory, append: (fact: Fact) => void) {
    this.#host = host;
    this.#memory = memory;
    this.#append = append;
  }

  /** Stores a value of the run. @throws ReeveError `secret-key-missing`, `option-invalid` */
  store(value: Encoded): PayloadId {
    const sealed = this.#host.vault.seal(value);
    if (!sealed) return this.#host.addPayload(value);
    const id = this.#host.addPayload(sealed.text);
    this.#learn(id, sealed.values);
    return id;
  }

  /** The run is handed a value that is stored. @throws ReeveError `secret-key-missing`, `file-damaged` */
  learnFrom(id: PayloadId): void {
    const { vault } = this.#host;
    const text = this.#host.payload(id);
    if (vault.isSealed(text)) this.#learn(id, vault.valuesIn(text));
  }

  /**
   * Learns again what the log says that the run knew, and opens its context.
   * @throws ReeveError `secret-key-missing`, `file-damaged`
   */
  remember(context: Context): Context {
    const { vault } = this.#host;
    if (!this.#memory.secrets && this.#memory.sealed.length > 0) {
      this.#hold(this.#memory.sealed.flatMap((id) => vault.valuesIn(this.#host.payload(id))));
    }
    if (!hasAttributes(context)) return context;
    this.#hold(vault.valuesIn(vault.sealed(JSON.stringify(context.attributes))));
    return openContext(context, vault);
  }

  /** The run leaves memory. */
  release(): void {
    if (this.#memory.secrets) this.#host.vault.release([...this.#memory.secrets]);
    this.#memory.secrets = undefined;
  }

  #hold(values: readonly string[]): void {
    if (values.length === 0) return;
    const known = (this.#memory.secrets ??= new Set());
    const added = new Set(values.filter((value) => !known.has(value)));
    for (const value of added) known.add(value);
    this.#host.vault.hold([...added]);
  }

  #learn(id: PayloadId, values: readonly string[]): void {
    if (values.every((value) => this.#memory.secrets?.has(value))) return;
    this.#hold(values);
    this.#memory.sealed = [...this.#memory.sealed, id];
    this.#append({ kind: "secrets-sealed", payload: id });
  }
}

/** What `open` throws for want of a key, as a value. */
export function whyLocked(open: () => void): ReeveError | undefined {
  try {
    open();
    return undefined;
  } catch (error) {
    if (error instanceof ReeveError) return error;
    throw error;
  }
}

function openContext(context: Context, vault: Vault): Context {
  const attributes = vault.openJson(context.attributes);
  return attributes === context.attributes ? context : deepFreeze({ ...context, attributes });
}

function hasAttributes({ attributes }: Context): boolean {
  for (const _name in attributes) return true;
  return false;
}
