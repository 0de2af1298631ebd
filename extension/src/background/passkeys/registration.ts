import { CardwrightError, decodeBytes } from '@cardwright/protocol';
import { readJson } from '@cardwright/protocol/messages';
import { registrationResponse, type CreationOptions, type RegistrationResponse } from '@cardwright/protocol/passkeys';
import * as v from 'valibot';

/** A passkey that a step orders, with its relying party and origin. */
export interface OrderedPasskey {
  readonly way: 'page' | 'window';
  readonly origin: string;
  readonly options: CreationOptions;
}

/** Schema of bytes in base64, which are converted to base64url without padding. */
const bytes = v.pipe(
  v.string(),
  v.transform((text) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')),
);

/** Schema of the result of `createPasskey` if it has created a passkey. */
const created = v.tuple([
  v.string(),
  bytes,
  bytes,
  v.array(v.string()),
  v.nullable(v.string()),
  v.record(v.string(), v.unknown()),
]);
type Created = v.InferOutput<typeof created>;

/** Schema of the client data (WebAuthn Level 3, 5.8.1). */
const clientData = v.object({
  type: v.literal('webauthn.create'),
  challenge: v.string(),
  origin: v.string(),
  crossOrigin: v.optional(v.literal(false)),
});

/** Returns the options as `createPasskey` takes them. The only hint is `security-key`, whatever hints the relying party gives. */
export function encodeOptions(options: CreationOptions): object {
  const { user, challenge, excludeCredentials = [], extensions } = options;
  return {
    ...options,
    ...(extensions && { extensions: withoutVainEnforcement(extensions) }),
    challenge: toBase64(challenge),
    user: { ...user, id: toBase64(user.id) },
    excludeCredentials: excludeCredentials.map((one) => ({ ...one, id: toBase64(one.id) })),
    hints: ['security-key'],
  };
}

/**
 * Returns the extensions without the enforcement of the weakest credential protection, because this enforcement has no effect (CTAP 2.1,
 * 12.1). Entra ID nevertheless demands the enforcement, and Chromium then fails with NotSupportedError.
 */
function withoutVainEnforcement(extensions: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { enforceCredentialProtectionPolicy, ...others } = extensions;
  if (enforceCredentialProtectionPolicy === undefined) return extensions;
  return others.credentialProtectionPolicy === 'userVerificationOptional' ? others : extensions;
}

/**
 * Reads the result of `createPasskey`, which ran in the page or in the relying party's window.
 *
 * @throws CardwrightError the error for the browser's exception; `RP_PAGE_UNUSABLE` for anything unreadable, and for a credential with
 *   another origin or challenge
 */
export function readCreated(value: unknown, ordered: OrderedPasskey): RegistrationResponse {
  if (typeof value === 'string') throw errorOf(/^\w*/.exec(value)?.[0], ordered);
  const parsed = v.safeParse(created, value);
  const registration = parsed.success ? v.safeParse(registrationResponse, composeResponse(parsed.output)) : null;
  if (!registration?.success || !isAsOrdered(registration.output, ordered)) throw unusable(ordered);
  return registration.output;
}

function composeResponse([id, clientDataJSON, attestationObject, transports, attachment, extensions]: Created): object {
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: { clientDataJSON, attestationObject, transports },
    ...(attachment !== null && { authenticatorAttachment: attachment }),
    clientExtensionResults: extensions,
  };
}

function isAsOrdered({ response }: RegistrationResponse, { origin, options }: OrderedPasskey): boolean {
  try {
    const data = v.parse(clientData, readJson(text(response.clientDataJSON)));
    return data.origin === origin && data.challenge === options.challenge;
  } catch {
    return false;
  }
}

/** Returns the error for the name of a browser's exception (WebAuthn Level 3, 5.1.3 and 5.1.4). */
function errorOf(name: string | undefined, ordered: OrderedPasskey): CardwrightError {
  switch (name) {
    case 'InvalidStateError':
      return new CardwrightError('PASSKEY_EXISTS', {});
    case 'SecurityError':
      return ordered.way === 'page' ? notAllowed(ordered) : unusable(ordered);
    case 'AbortError':
      return new CardwrightError('CANCELLED');
    case 'ConstraintError':
      // The authenticator does not support resident keys or a PIN, although the options require both.
      return new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: 'passkey' });
    case 'NotSupportedError':
      return new CardwrightError('ALGORITHM_NOT_SUPPORTED');
    default:
      // Mostly NotAllowedError: the dialog was closed, or its time was over. Browsers report no further details.
      return new CardwrightError('PASSKEY_NOT_COMPLETED');
  }
}

const rpOf = ({ options }: OrderedPasskey) => ({ rpId: options.rp.id });
export const notAllowed = (ordered: OrderedPasskey) => new CardwrightError('RP_NOT_ALLOWED', rpOf(ordered));
export const unusable = (ordered: OrderedPasskey, cause?: unknown) =>
  new CardwrightError('RP_PAGE_UNUSABLE', rpOf(ordered), { cause });

const toBase64 = (base64url: string): string => base64url.replaceAll('-', '+').replaceAll('_', '/');
const text = (base64url: string): string => new TextDecoder().decode(decodeBytes(base64url));
