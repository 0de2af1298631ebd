import { decodeBytes, encodeBytes } from '@cardwright/protocol';

/** What the relying party gets to see of the ceremony (WebAuthn Level 3, 5.8.1). */
export interface ClientData {
  readonly type: 'webauthn.create' | 'webauthn.get';
  /** base64url */
  readonly challenge: string;
  readonly origin: string;
}

/**
 * Serialises client data of a page that is in no frame (5.8.1.1): byte for byte what a browser makes, so that verifiers which
 * compare beginnings can read it.
 */
export function serialiseClientData({ type, challenge, origin }: ClientData): Uint8Array {
  // Without padding, whatever the relying party wrote.
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
 * CCDToString (5.8.1.1): escapes less than JSON.stringify, and otherwise: control characters always as four digits.
 *
 * @param text unpaired surrogates become U+FFFD in UTF-8
 */
export function ccdToString(text: string): string {
  // eslint-disable-next-line no-control-regex -- those are the ones
  const escaped = text.replace(/["\\\u0000-\u001f]/g, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}
