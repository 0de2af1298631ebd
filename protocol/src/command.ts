import * as v from 'valibot';
import type { ErrorCode } from './errors.js';
import { sealed } from './schema.js';

/**
 * What a site must be granted for a command.
 * `none`: needs no grant (the handshake and the question for a grant itself).
 */
export type Permission = 'none' | 'read' | 'use' | 'manage';

/**
 * Where a secret of a command may come from:
 * - `user`: the host asks the extension, whose window seals the user's entry to the host's session key;
 * - `session`: the host's memory, from `credentials.prepare` or `credentials.restore` until the device is closed;
 * - `cms`: sealed by the CMS to the host's session key; only inside a signed step.
 */
export type SecretSource = 'user' | 'session' | 'cms';

const sourceSchemas = {
  user: v.strictObject({ source: v.literal('user') }),
  session: v.strictObject({ source: v.literal('session') }),
  cms: v.strictObject({ source: v.literal('cms'), sealed }),
} as const;

/** Says where the secret of a command comes from; carries it only when the CMS sealed it. */
export const secretFrom = <const S extends SecretSource>(...sources: S[]) =>
  v.variant('source', sources.map((source) => sourceSchemas[source]) as SourceSchemas<S>);

type SourceSchemas<S extends SecretSource> = [(typeof sourceSchemas)[S], ...(typeof sourceSchemas)[S][]];

export type SecretReference = v.InferOutput<(typeof sourceSchemas)[SecretSource]>;

/** Who answers: the extension itself, or the host behind it. */
export type Side = 'extension' | 'host';

/** How a command can arrive: sent by the page on its own, or in a step that the CMS signed. */
export type Reach = 'page' | 'step';

/** A request with its answer, whoever sends it. */
export interface RequestDefinition<
  P extends v.GenericSchema = v.GenericSchema,
  R extends v.GenericSchema = v.GenericSchema,
  S extends Side = Side,
> {
  /** One sentence for the reference. */
  readonly summary: string;
  readonly permission: Permission;
  readonly handledBy: S;
  /** Capability that the answering side must list at `initialize`. */
  readonly capability: string;
  /** Validated at sdk, extension and host alike; unknown members are refused. */
  readonly params: P;
  readonly result: R;
  /** Codes that this command can give, besides those of the connection and of its parameters. A test compares them with the handler. */
  readonly errors: readonly ErrorCode[];
  /**
   * Milliseconds until the caller gives up; time in which a window waits for the user does not count. More than the slowest
   * APDU of the command may take, so that a card is called mute for an APDU alone.
   */
  readonly timeout: number;
}

/** One entry of the command table: all that any hop needs to know of a command. */
export interface CommandDefinition<
  P extends v.GenericSchema = v.GenericSchema,
  R extends v.GenericSchema = v.GenericSchema,
  S extends Side = Side,
> extends RequestDefinition<P, R, S> {
  /** Commands of class `manage` come only in steps; those that open and close what a step runs in come from the page. */
  readonly reach: readonly Reach[];
  /** Whether it uses no open card, so that it need not wait for commands that do. */
  readonly concurrent: boolean;
}

/** Defines one command; exists for its types. */
export const defineCommand = <P extends v.GenericSchema, R extends v.GenericSchema, S extends Side>(
  definition: CommandDefinition<P, R, S>,
): CommandDefinition<P, R, S> => definition;

/** Defines a request that no page can send; exists for its types. */
export const defineRequest = <P extends v.GenericSchema, R extends v.GenericSchema, S extends Side>(
  definition: RequestDefinition<P, R, S>,
): RequestDefinition<P, R, S> => definition;

/** No parameters, or an empty result. */
export const nothing = v.strictObject({});
