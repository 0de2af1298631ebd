import type { ErrorCode } from '@cardwright/protocol';
import * as v from 'valibot';

/**
 * The permitted callers of a route:
 * - `anyone`: no login is needed;
 * - `phone`: no login is needed, and the request need not come from a page of the portal, because a secret in its address or body
 *   identifies the sender;
 * - `user`: anyone who is logged in;
 * - `operator`: anyone who is logged in with that role.
 */
export type Who = 'anyone' | 'phone' | 'user' | 'operator';

/** The parts of a request that contain a route's input. */
export interface Parts {
  /** Values of the `{names}` in the path. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** The body as JSON. */
  readonly body?: object;
}

/** One row of the table of routes. Its key is its address. */
export interface Route {
  readonly who: Who;
  /** The input, by the part of the request. Nothing else is read. */
  readonly takes: v.GenericSchema<Parts, unknown>;
  /**
   * The answer to a successful request. The compiler checks the server's handler against it, and derives from it what the pages
   * read. Nothing checks it at run time.
   */
  readonly answer: v.GenericSchema;
  /** Set if the GET route has no HEAD route: a mere test for existence must not use up the content. */
  readonly withoutHead?: true;
  /** Errors of the route, besides those of the login, of the input, and those of every route. */
  readonly errors?: readonly ErrorCode[];
  /** Maximum number of bytes of a body, if it exceeds the usual one. The caller is checked before the body is read. */
  readonly bodyLimit?: number;
  /** Set if a body is kept as a file, so that its text need not fit into a column of the database. */
  readonly isFile?: true;
  /** Description in a sentence, for the documents. */
  readonly sentence: string;
}

/** Method and path. `{name}` stands for a parameter, and `*` for any path. */
export type Address = `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`;
export type RouteTable = Readonly<Record<Address, Route>>;

/** Schema of a value that only the compiler checks. */
export const of = <T>() => v.custom<T>(() => true);

/**
 * Input that the CMS validates. Pages send a `T`, and the handler receives it as `unknown`.
 *
 * @param what description of its members, in Markdown
 */
export const passedOn = <T>(what: string): v.GenericSchema<T, unknown> => v.pipe(of<T>(), v.description(what));

/** The answer of a route that sends a media type other than JSON. The route's handler sends it itself. */
export const sends = (mediaType: string): v.GenericSchema => v.pipe(v.unknown(), v.description(mediaType));

/** Returns the schemas of an object's members; empty for any other schema. */
export const entriesOf = (schema: v.GenericSchema | undefined): Entries =>
  schema && hasEntries(schema) ? schema.entries : {};

type Entries = Readonly<Record<string, v.GenericSchema>>;

const hasEntries = (schema: v.GenericSchema): schema is v.GenericSchema & { readonly entries: Entries } =>
  'entries' in schema;

/** Input of a route that reads nothing. */
export const NOTHING = v.object({});
/** The body `{}`. */
export const EMPTY = v.strictObject({});

export const uuid = v.pipe(v.string(), v.uuid());
/** A path with an id. */
export const ID = v.strictObject({ id: uuid });
