import type { ErrorCode } from '@cardwright/protocol';
import * as v from 'valibot';

/**
 * Who may call a route:
 * - `anyone`: no login is needed;
 * - `phone`: like `anyone`, and the request need not come from a page of the portal: what is secret in its address or body decides;
 * - `user`: whoever is logged in;
 * - `operator`: whoever is logged in with that role.
 */
export type Who = 'anyone' | 'phone' | 'user' | 'operator';

/** Where a route's input stands in a request. */
export interface Parts {
  /** What stands for the `{names}` in the path. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: object;
}

/** One row of the table of routes. Its key is its address. */
export interface Route {
  readonly who: Who;
  /** The input, by where it stands. Only what is named here is read. */
  readonly takes: v.GenericSchema<Parts, unknown>;
  /** What a success answers. The server's handler has to return it, and the pages read it: nothing checks it at run time. */
  readonly answer: v.GenericSchema;
  /** Whether a GET has no HEAD beside it: what only asks whether something is there must not take it. */
  readonly withoutHead?: true;
  /** Codes that it can give, besides those of its login, of its input, and of every request. */
  readonly errors?: readonly ErrorCode[];
  /** Bytes that a body may have, where it is longer than others. Who may send it is asked before any of it is read. */
  readonly bodyLimit?: number;
  /** What it does, in a sentence for the documents. */
  readonly sentence: string;
}

/** Method and path; `{name}` stands for a parameter, and `*` for any path. */
export type Address = `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`;
export type RouteTable = Readonly<Record<Address, Route>>;

/** A value that the compiler checks alone. */
export const of = <T>() => v.custom<T>(() => true);

/**
 * Input that the CMS validates: pages send a `T`, and the handler gets it as `unknown`.
 *
 * @param what its members, in Markdown
 */
export const passedOn = <T>(what: string): v.GenericSchema<T, unknown> => v.pipe(of<T>(), v.description(what));

/** The answer of a route that sends no JSON, by its media type. Its handler sends it itself. */
export const sends = (mediaType: string): v.GenericSchema => v.pipe(v.unknown(), v.description(mediaType));

/** The schemas of an object's members; none for anything else. */
export const entriesOf = (schema: v.GenericSchema | undefined): Entries =>
  schema && hasEntries(schema) ? schema.entries : {};

type Entries = Readonly<Record<string, v.GenericSchema>>;

const hasEntries = (schema: v.GenericSchema): schema is v.GenericSchema & { readonly entries: Entries } =>
  'entries' in schema;

/** The input of a route that reads nothing. */
export const NOTHING = v.object({});
/** A body that is `{}`. */
export const EMPTY = v.strictObject({});

export const uuid = v.pipe(v.string(), v.uuid());
/** A path with the id of what it is about. */
export const ID = v.strictObject({ id: uuid });
