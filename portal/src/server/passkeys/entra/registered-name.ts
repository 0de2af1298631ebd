import { createHash } from 'node:crypto';

/**
 * Maximum number of UTF-16 units of a display name at Entra ID; the minimum is 3. An open-source tool names both limits; Microsoft's reference
 * names neither of them.
 */
const MAX_LENGTH = 30;
/** Number of hexadecimal digits of the credential id's SHA-256 in the name. These digits suffice to tell the few passkeys of one user apart. */
const MARK_LENGTH = 6;
/** Control characters and invisible format characters, such as those that change the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Cf}]+/gu;

/**
 * Returns the display name of a passkey at Entra ID: the name of the device, shortened if necessary, and a mark derived from the credential id.
 * For the same device and credential, every call returns the same name. Practically no two passkeys of a user have the same name. If a
 * registration gets no answer, the passkey is found by this name.
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
