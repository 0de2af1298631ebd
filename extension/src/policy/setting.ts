/** The part of JSON Schema that browsers accept as `managed_schema`. */
export type PolicySchema =
  | { readonly type: 'boolean' | 'string'; readonly enum?: readonly string[] }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'array'; readonly items: PolicySchema }
  | {
      readonly type: 'object';
      readonly properties?: Readonly<Record<string, PolicySchema>>;
      readonly additionalProperties?: PolicySchema;
    };
/** A schema with the administrators' words. */
export type DescribedSchema = PolicySchema & { readonly title?: string; readonly description?: string };

/**
 * Notes an unreadable part of a setting.
 *
 * @param path to the part, from the setting: names and indices of members; none for the whole setting
 */
export type NoteUnreadable = (...path: (string | number)[]) => void;

/**
 * One key of the managed storage. Its schema stands beside its reader. The package's schema, the templates and the extension itself
 * all use it from here. `@cardwright/words` has the administrators' words.
 */
export interface Setting<T> {
  readonly schema: PolicySchema;
  /** The value if the administrator sets nothing. */
  readonly absent: T;
  /** Reads the browser's value. An unreadable value never opens anything: it counts as the strictest meaning that it can have. */
  read(value: unknown, unreadable: NoteUnreadable): T;
  /** Describes the value for a support file: no key, and nothing that was not read. */
  describe(value: T): unknown;
}

/** Defines a setting. Exists for its types. */
export const defineSetting = <T>(setting: Setting<T>): Setting<T> => setting;

/** Lists the members of an object; null if it is none. */
export const membersOf = (value: unknown): [name: string, value: unknown][] | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;

/** Lists the entries of a list; null if it is none. */
export const entriesOf = (value: unknown): readonly unknown[] | null => (Array.isArray(value) ? value : null);

/** Returns the origin of an address; null if no page could have it. */
export function originOf(address: unknown): string | null {
  if (typeof address !== 'string' || address.includes('*') || !URL.canParse(address)) return null;
  const { protocol, origin } = new URL(address);
  return protocol === 'https:' || protocol === 'http:' ? origin : null;
}

/** Describes a setting without secrets for a support file. */
export const asItIs = <T>(value: T): T => value;

/** True if the value is one of the words. */
export const isOneOf = <const W extends string>(words: readonly W[], value: unknown): value is W =>
  words.some((word) => word === value);
