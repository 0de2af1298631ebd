import { createHash } from 'node:crypto';

/** Characters of a display name that Entra ID takes, at most; at least 3 (an open tool's finding; the reference names no limits). */
const MAX_LENGTH = 30;
/** Hexadecimal digits of the credential id's hash: enough among the few passkeys of one user. */
const MARK_LENGTH = 6;
/** Control characters, and invisible ones that change the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Cf}]+/gu;

/**
 * The display name of a passkey at Entra ID: that of the device, with a mark made of the credential id. So it differs from every other
 * of the user, and is the same for the same passkey: by it a passkey is found again whose registration was not answered.
 *
 * @param credentialId base64url
 */
export function registeredName(name: string, credentialId: string): string {
  const mark = createHash('sha256').update(credentialId).digest('hex').slice(0, MARK_LENGTH);
  let short = '';
  for (const character of name.replace(UNSEEN, ' ').trim()) {
    if (short.length + character.length > MAX_LENGTH - MARK_LENGTH - 1) break;
    short += character;
  }
  return `${short.trim()} ${mark}`.trim();
}
