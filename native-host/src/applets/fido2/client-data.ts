import { decodeBytes, encodeBytes } from '@cardwright/protocol';

/** The client data that the relying party checks (WebAuthn Level 3, 5.8.1). */
export interface ClientData {
  readonly type: 'webauthn.create' | 'webauthn.get';
  /** Challenge in base64url. */
  readonly challenge: string;
  readonly origin: string;
}

/**
 * Serialises the client data of a page that is in no frame (5.8.1.1). The bytes must equal the bytes that a browser would write, because a
 * relying party may use the limited verification algorithm (5.8.1.2), which compares prefixes.
 */
export function serialiseClientData({ type, challenge, origin }: ClientData): Uint8Array {
  // Client data contain the challenge without padding, even if the relying party wrote it with padding.
  const unpadded = encodeBytes(decodeBytes(challenge));
  const members = [
    `"type":${ccdToString(type)}`,
    `"challenge":${ccdToString(unpadded)}`,
    `"origin":${ccdToString(origin)}`,
    '"crossOrigin":false',
  ];
  return new TextEncoder().encode(`{${members.join(',')}}`);
}

/**
 * Quotes text by CCDToString (5.8.1.1). Unlike JSON.stringify, CCDToString writes every control character as `\u` and four digits, and does not
 * escape unpaired surrogates, which become U+FFFD in UTF-8.
 */
export function ccdToString(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are escaped here
  const escaped = text.replace(/["\\\u0000-\u001f]/g, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}
