/** The part of JSON Schema that browsers take as `managed_schema`. */
export type PolicySchema =
  | { readonly type: 'boolean' | 'string'; readonly enum?: readonly string[] }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'array'; readonly items: PolicySchema }
  | {
      readonly type: 'object';
      readonly properties?: Readonly<Record<string, PolicySchema>>;
      readonly additionalProperties?: PolicySchema;
    };
/** The same with what administrators read of it. */
export type DescribedSchema = PolicySchema & { readonly title?: string; readonly description?: string };

/**
 * Notes that something of a setting cannot be read.
 *
 * @param path to it, from the setting: its members' names and indices; none for all of it
 */
export type NoteUnreadable = (...path: (string | number)[]) => void;

/**
 * One key of the managed storage. Its form stands beside what reads it: the schema of the package, the templates and the extension itself all
 * have it from here. `@cardwright/words` has what administrators read of it.
 */
export interface Setting<T> {
  readonly schema: PolicySchema;
  /** Where the administrator says nothing. */
  readonly absent: T;
  /** Reads what the browser hands over. What is not readable never opens anything: it counts as the strictest that it can mean. */
  read(value: unknown, unreadable: NoteUnreadable): T;
  /** What a support file tells of it: no key, and nothing that was not read. */
  describe(value: T): unknown;
}

/** Defines a setting; exists for its types. */
export const defineSetting = <T>(setting: Setting<T>): Setting<T> => setting;

/** The members of an object; null when it is none. */
export const membersOf = (value: unknown): [name: string, value: unknown][] | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;

/** The entries of a list; null when it is none. */
export const entriesOf = (value: unknown): readonly unknown[] | null => (Array.isArray(value) ? value : null);

/** The origin that an address belongs to; null where it has none that a page could have. */
export function originOf(address: unknown): string | null {
  if (typeof address !== 'string' || address.includes('*') || !URL.canParse(address)) return null;
  const { protocol, origin } = new URL(address);
  return protocol === 'https:' || protocol === 'http:' ? origin : null;
}

/** What a support file tells of a setting that holds nothing secret. */
export const asItIs = <T>(value: T): T => value;

/** One of a few words. */
export const isOneOf = <const W extends string>(words: readonly W[], value: unknown): value is W =>
  words.some((word) => word === value);
