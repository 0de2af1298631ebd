/** The part of JSON Schema that the settings use. Chromium accepts it in a `managed_schema`. */
export type PolicySchema =
  | { readonly type: 'boolean' | 'string'; readonly enum?: readonly string[] }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'array'; readonly items: PolicySchema }
  | {
      readonly type: 'object';
      readonly properties?: Readonly<Record<string, PolicySchema>>;
      readonly additionalProperties?: PolicySchema;
    };

/**
 * Notes an unreadable part of a setting.
 *
 * @param path path to the part within the setting: names and indices of members; empty for the whole setting
 */
export type NoteUnreadable = (...path: (string | number)[]) => void;

/**
 * One setting of the administrator: a key of the managed storage, with its schema and its reader. The package's schema and the policy
 * templates are generated from all settings. The words for administrators are in `@cardwright/words`.
 */
export interface Setting<T> {
  readonly schema: PolicySchema;
  /** Value if the administrator does not set the key. */
  readonly absent: T;
  /**
   * Reads the value that the browser returns. An unreadable value never permits anything: it is treated as the strictest value that it
   * can mean.
   */
  read(value: unknown, unreadable: NoteUnreadable): T;
  /** Returns the value as a support file shows it, without cryptographic keys and without the content of unreadable parts. */
  describe(value: T): unknown;
}

/** Returns the setting unchanged. The function only helps TypeScript to infer the setting's type. */
export const defineSetting = <T>(setting: Setting<T>): Setting<T> => setting;

/** Returns the members of an object; null if the value is not an object. */
export const membersOf = (value: unknown): [name: string, value: unknown][] | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;

/** Returns the entries of a list; null if the value is not a list. */
export const entriesOf = (value: unknown): readonly unknown[] | null => (Array.isArray(value) ? value : null);

/** Returns the origin of an http or https address; null for any other value, and for an address with a `*`, which is a pattern. */
export function originOf(address: unknown): string | null {
  if (typeof address !== 'string' || address.includes('*') || !URL.canParse(address)) return null;
  const { protocol, origin } = new URL(address);
  return protocol === 'https:' || protocol === 'http:' ? origin : null;
}

/** Returns a value unchanged, as the description of a setting without secrets for a support file. */
export const asItIs = <T>(value: T): T => value;

/** True if the value is one of the words. */
export const isOneOf = <const W extends string>(words: readonly W[], value: unknown): value is W =>
  words.some((word) => word === value);
