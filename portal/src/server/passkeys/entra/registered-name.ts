import { createHash } from 'node:crypto';

/** Maximum number of characters of a display name at Entra ID. The minimum is 3. Found by an open tool; the reference names no limits. */
const MAX_LENGTH = 30;
/** Hexadecimal digits of the credential id's hash: enough among the few passkeys of one user. */
const MARK_LENGTH = 6;
/** Control characters, and invisible ones that change the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Cf}]+/gu;

/**
 * Makes the display name of a passkey at Entra ID: the name of the device, with a mark derived from the credential id. It differs from
 * the user's other passkeys, and is always the same for one passkey. It identifies a passkey whose registration got no answer.
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
