import { text } from '@cardwright/protocol/schemas';
import { isRelyingPartyOf } from '@cardwright/protocol/relying-party';
import { LANGUAGES } from '@cardwright/words';
import { words } from '@cardwright/words/at-once/portal-server';
import * as v from 'valibot';

/** The passkey services of a portal as its administrator writes them: a JSON list, whose entries have a `kind`. */

/** Name of a service in device policies. */
const serviceName = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/));
const aaguid = v.pipe(v.string(), v.uuid(), v.toLowerCase());
const path = v.pipe(v.string(), v.minLength(1));
const titleInOne = v.pipe(text(64), v.minLength(1));
/** Title of the service in English, and possibly in other languages, by language tag. */
const title = v.objectWithRest({ en: titleInOne }, titleInOne);

/** Schema of a reference to a secret outside the settings: a file, or a variable of the environment. */
const secretReference = v.union([
  v.strictObject({ file: path }),
  v.strictObject({ environment: v.pipe(v.string(), v.regex(/^[A-Z_][A-Z0-9_]*$/)) }),
]);
export type SecretReference = v.InferOutput<typeof secretReference>;

/**
 * Schema of an address without query, fragment and user name: https, or http on loopback, where nobody can listen in. Slashes at
 * its end are removed.
 */
const serverAddress = v.pipe(
  v.string(),
  v.check(
    (value) => URL.canParse(value) && isPrivateEnough(new URL(value)),
    'expected an https address without a query, or one on loopback',
  ),
  v.transform((value) => value.replace(/\/+$/, '')),
);

/**
 * True if the address has no query, fragment or user name, and traffic to it stays private: by TLS, or because it does not leave
 * this computer.
 */
function isPrivateEnough({ protocol, hostname, search, hash, username }: URL): boolean {
  if (search !== '' || hash !== '' || username !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

export const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);

/**
 * Maximum number of seconds for one call of a service. A page that waits for the next step of an operation may wait for the call, so the call
 * must end before the page gives up.
 */
export const LONGEST_CALL = 12;
/** Maximum number of seconds for one call of the service, including all repetitions of its requests and the pauses between them. */
const timeout = v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(LONGEST_CALL)), 10);

/** Schema of the portal's credential: the reference to a client secret, or the paths of a PEM certificate and its RSA private key. */
const clientCredential = v.union([
  v.strictObject({ secret: secretReference }),
  v.strictObject({ certificate: path, key: path }),
]);

const entra = v.strictObject({
  kind: v.literal('entra'),
  name: serviceName,
  title: v.optional(title, { en: 'Microsoft Entra ID' }),
  /** Id of the tenant in Entra ID. */
  tenant: v.pipe(v.string(), v.uuid()),
  /** Id of the portal's application in the tenant. */
  clientId: v.pipe(v.string(), v.uuid()),
  credential: clientCredential,
  authority: v.optional(serverAddress, 'https://login.microsoftonline.com'),
  graph: v.optional(serverAddress, 'https://graph.microsoft.com'),
  timeout,
});

/** Paths of PEM files with manufacturers' certificates. */
const certificateFiles = v.optional(v.array(path), []);

const thisPortal = {
  ...Object.fromEntries(LANGUAGES.map((language) => [language, words.in(language).thisPortal])),
  en: words.english.thisPortal,
};

const webauthn = v.strictObject({
  kind: v.literal('webauthn'),
  name: serviceName,
  title: v.optional(title, thisPortal),
  /** The relying party. Without this member, the portal itself is the relying party, and its passkeys are used to log in to the portal. */
  relyingParty: v.optional(
    v.pipe(
      v.strictObject({ id: v.string(), origin: v.string() }),
      v.check(({ id, origin }) => isRelyingPartyOf(id, origin), 'expected an origin, and an RP id that it may use'),
    ),
  ),
  /** AAGUIDs of the models on which a passkey may be. If the list is empty, a passkey may be on any model. */
  aaguids: v.optional(v.array(aaguid), []),
  /** PEM files with the root certificates of trusted manufacturers. A root certificate is self-signed. */
  roots: certificateFiles,
  /** PEM files with certificates between roots and authenticators, for authenticators that do not send these certificates themselves. */
  intermediates: certificateFiles,
  /** Treatment of a passkey for which no trusted manufacturer vouches. */
  unattested: v.optional(v.picklist(['accept', 'refuse']), 'accept'),
  /** Maximum number of seconds between the beginning of a registration and its answer. */
  lifetime: v.optional(v.pipe(v.number(), v.minValue(30), v.maxValue(600)), 300),
});

const passkeyService = v.variant('kind', [entra, webauthn]);

/** Schema of the list of services. The files to which the list refers are not read. */
export const passkeyServiceList = v.pipe(
  v.array(passkeyService),
  v.maxLength(8),
  v.check((services) => new Set(services.map(({ name }) => name)).size === services.length, 'expected different names'),
  v.check(
    (services) => services.filter((one) => one.kind === 'webauthn' && !one.relyingParty).length <= 1,
    'expected one service of the portal itself at most',
  ),
  v.check(
    (services) =>
      services.every((one) => one.kind !== 'webauthn' || one.unattested === 'accept' || one.roots.length > 0),
    'expected roots where unattested passkeys are refused',
  ),
);

export type WrittenService = v.InferOutput<typeof passkeyService>;
type WrittenEntra = v.InferOutput<typeof entra>;
type WrittenWebauthn = v.InferOutput<typeof webauthn>;

/** The portal's credential at the token endpoint: a secret, or a certificate and its private key in PEM. */
export type ClientCredential =
  | { readonly secret: string }
  | { readonly certificate: string; readonly privateKey: string };

/** Settings of Entra ID. `credential` has the contents of the files or the variable that the written settings name. */
export interface EntraSettings extends Omit<WrittenEntra, 'credential'> {
  readonly credential: ClientCredential;
}

/**
 * Settings of a relying party whose passkeys the portal verifies itself. Here `roots` and `intermediates` are PEM certificates, not
 * paths.
 */
export type WebauthnSettings = WrittenWebauthn;

export type PasskeyServiceSettings = EntraSettings | WebauthnSettings;
