import { creationOptions, type CreationOptions } from '@cardwright/protocol/passkeys';
import * as v from 'valibot';

/** Converts Graph's `webauthnCredentialCreationOptions` to the JSON of WebAuthn Level 3. */

/**
 * Schema of bytes in an answer of Graph. Graph documents base64url without padding, but has sent base64 with padding. Both become base64url
 * without padding.
 */
const bytes = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9+/_-]+={0,2}$/),
  v.transform((value) => value.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')),
);

/**
 * Maximum number of credentials in `excludeCredentials` of the protocol's `creationOptions`. A user of Entra ID can have less than a third as
 * many passkeys, so both possible readings of each id (`readings`) fit.
 */
const MOST_EXCLUDED = 64;

/**
 * Lists the possible readings of a credential id. Graph's page of April 2026 calls these ids base64url "with a padding number suffix": a digit
 * after the id states how much padding was removed. An earlier page has no digit. Both forms were seen. If an id has two readings,
 * `excludeCredentials` gets both: the wrong reading is practically never the id of another credential.
 *
 * @param text base64url without padding, with or without the digit
 */
function readings(text: string): string[] {
  const bare = text.slice(0, -1);
  const isSuffixed = bare !== '' && text.endsWith(String((4 - (bare.length % 4)) % 4));
  // The length of a base64 text without padding never has this remainder.
  const isBare = text.length % 4 !== 1;
  return [...(isBare ? [text] : []), ...(isSuffixed ? [bare] : [])];
}

/** Maximum length of a name in UTF-16 units. Authenticators may truncate a name to 64 bytes (WebAuthn, 5.4.1). */
const NAME_LENGTH = 64;
const name = v.pipe(v.string(), v.transform(shorten));

function shorten(value: string): string {
  let short = '';
  for (const character of value) {
    if (short.length + character.length > NAME_LENGTH) break;
    short += character;
  }
  return short;
}

/** Makes a schema for a value that may be missing or null, as Graph sends it. Both become undefined. */
const maybe = <const S extends v.GenericSchema>(schema: S) =>
  v.pipe(
    v.optional(v.nullable(schema)),
    v.transform((value) => value ?? undefined),
  );

const publicKey = v.object({
  rp: v.object({ id: v.string(), name }),
  user: v.object({ id: bytes, name, displayName: name }),
  challenge: bytes,
  pubKeyCredParams: v.array(v.object({ type: v.literal('public-key'), alg: v.number() })),
  timeout: maybe(v.number()),
  excludeCredentials: maybe(
    v.array(v.object({ type: v.literal('public-key'), id: bytes, transports: maybe(v.array(v.string())) })),
  ),
  authenticatorSelection: maybe(
    v.object({
      authenticatorAttachment: maybe(v.string()),
      requireResidentKey: maybe(v.boolean()),
      residentKey: maybe(v.string()),
      userVerification: maybe(v.string()),
    }),
  ),
  attestation: maybe(v.string()),
  extensions: maybe(
    v.object({
      hmacCreateSecret: maybe(v.boolean()),
      credentialProtectionPolicy: maybe(v.string()),
      enforceCredentialProtectionPolicy: maybe(v.boolean()),
    }),
  ),
});

const answer = v.object({
  challengeTimeoutDateTime: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.transform((value) => new Date(value)),
    v.date(),
  ),
  publicKey,
});

/** Graph's creation options, reduced to members of WebAuthn Level 3, and the time until which Graph accepts the registration. */
export interface GraphOrder {
  readonly options: CreationOptions;
  readonly expires: Date;
}

/** Reads Graph's answer. Returns undefined if the answer is malformed. */
export function readCreationOptions(body: unknown): GraphOrder | undefined {
  const parsed = v.safeParse(answer, body);
  if (!parsed.success) return undefined;
  const { challengeTimeoutDateTime: expires, publicKey: given } = parsed.output;
  const { authenticatorSelection: selection, extensions, excludeCredentials } = given;
  const options = v.safeParse(
    creationOptions,
    withoutUndefined({
      ...given,
      excludeCredentials: excludeCredentials
        ?.flatMap((one) => readings(one.id).map((id) => withoutUndefined({ ...one, id })))
        .slice(0, MOST_EXCLUDED),
      // The answer may have only the older member `requireResidentKey`, as in WebAuthn Level 1.
      authenticatorSelection:
        selection &&
        withoutUndefined({
          ...selection,
          residentKey: selection.residentKey ?? (selection.requireResidentKey === true ? 'required' : undefined),
        }),
      extensions: extensions && withoutUndefined(extensions),
    }),
  );
  return options.success ? { options: options.output, expires } : undefined;
}

const withoutUndefined = (value: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
