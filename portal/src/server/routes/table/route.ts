import type { ErrorCode } from '@cardwright/protocol';
import { text } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import type { AuditEntry } from '../../audit.js';
import { isRight, type Right } from '../../rights.js';
import type { Bound } from './bound.js';

/**
 * The permitted callers of a route:
 * - `anyone`: no login is needed;
 * - `phone`: no login is needed, and the request need not come from a page of the portal. A secret in the address or body of the request is its
 *   permission;
 * - `provider`: as `phone`, for a request of an OpenID Provider, whose signed token is its permission;
 * - a right: people who are logged in and have this right, by one of their roles.
 */
export type Who = Open | Right;
/** Callers who need no login. */
export type Open = (typeof OPEN)[number];
const OPEN = ['anyone', 'phone', 'provider'] as const;

/** Returns true if a route is open to callers without a login. */
export const isOpen = (who: Who): who is Open => OPEN.some((one) => one === who);

/**
 * Checks that a row says who may call its route, whatever the compiler has seen of it.
 *
 * @throws Error if the row names no right, and is open to nobody without a login either
 */
export function requireWho(address: string, { who }: { readonly who?: string }): void {
  const isKnown = who !== undefined && (isRight(who) || OPEN.some((one) => one === who));
  if (!isKnown) throw new Error(`${address} does not say who may call it`);
}

/** The parts of a request that contain a route's input. */
export interface Parts {
  /** Values of the `{names}` in the path. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** The body as JSON. */
  readonly body?: object;
}

/** One row of the table of routes. The key of the row is the address of the route. */
export interface Route {
  readonly who: Who;
  /**
   * Schema of the input, by the part of the request. A route for phones may read the query and the body itself, because they are
   * not JSON.
   */
  readonly takes: v.GenericSchema<Parts, unknown>;
  /**
   * Schema of the answer to a successful request. The compiler checks the server's handler against the type of this schema, and the pages
   * receive the same type. Nothing checks the answer at run time.
   */
  readonly answer: v.GenericSchema;
  /** Set if a GET route has no HEAD route, for example because a request for the headers alone would use up the content. */
  readonly withoutHead?: true;
  /**
   * Errors that are particular to the route. Errors of a missing login, a missing right or wrong input are left out, and so are errors that every
   * route can have.
   */
  readonly errors?: readonly ErrorCode[];
  /**
   * Event of the audit log under which a request is recorded that lacks a fresh proof of identity. Set if the route wants one: the user has proved who
   * they are in the last ten minutes, in the session of the request. A route whose body may have `consent` wants the proof only with it.
   */
  readonly fresh?: AuditEntry['event'];
  /** What keeps a person from writing rows by this route without end. A route that only reads has none. */
  readonly bound?: Bound;
  /** Maximum number of bytes of a body, if the route allows more than usual. The caller is then checked before the body is read. */
  readonly bodyLimit?: number;
  /**
   * Set if the body may contain characters that a text column of the database cannot store (NUL, unpaired surrogates). The handler stores such a
   * body as bytes.
   */
  readonly isFile?: true;
  /**
   * Set if pages call the route by themselves, again and again. Such a request is no use of the session, so it does not put off the session's idle
   * end.
   */
  readonly isBackground?: true;
  /** Set if the route completes a sign-in: a session that lacks its second factor may call it. All other routes for a right refuse such a session. */
  readonly isSecondStep?: true;
  /** Description of the route in one or two sentences, for the README. */
  readonly sentence: string;
}

/** Method and path of a route. `{name}` stands for a parameter, and `*` for any rest of a path. */
export type Address = `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`;
/** A row that says what bounds it, as each must whose method is not GET. */
export type BoundRoute = Route & { readonly bound: Bound };
export type RouteTable = Readonly<
  Record<`GET /${string}`, Route> & Record<Exclude<Address, `GET /${string}`>, BoundRoute>
>;

/** Returns a schema that accepts every value. Only the compiler checks that the value is a `T`. */
export const of = <T>() => v.custom<T>(() => true);

/**
 * Returns a schema of input that the card management validates itself. Pages send a `T`, and the handler receives it as `unknown`.
 *
 * @param what description of the members of `T`, in Markdown
 */
export const passedOn = <T>(what: string): v.GenericSchema<T, unknown> => v.pipe(of<T>(), v.description(what));

/** Returns the schema of an answer that is not JSON, by its media type. The handler of the route sends the answer itself. */
export const sends = (mediaType: string): v.GenericSchema => v.pipe(v.unknown(), v.description(mediaType));

/** Returns the schemas of an object's members. Returns an empty object for any other schema. */
export const entriesOf = (schema: v.GenericSchema | undefined): Entries =>
  schema && hasEntries(schema) ? schema.entries : {};

type Entries = Readonly<Record<string, v.GenericSchema>>;

const hasEntries = (schema: v.GenericSchema): schema is v.GenericSchema & { readonly entries: Entries } =>
  'entries' in schema;

/** Schema for a route without input. */
export const NOTHING = v.object({});
/** The body `{}`. */
export const EMPTY = v.strictObject({});

/** Schema of a text without control characters, as typed into a field of one line. */
export const line = (maxLength: number) => v.pipe(text(maxLength), v.regex(/^\P{Cc}*$/u), v.trim(), v.minLength(1));

export const uuid = v.pipe(v.string(), v.uuid());
/** Schema of path parameters whose only member is `id`. */
export const ID = v.strictObject({ id: uuid });
