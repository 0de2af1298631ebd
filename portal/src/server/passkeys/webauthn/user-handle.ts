const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Returns the user handle of a person (WebAuthn, 5.4.3): the 16 bytes of the person's id in base64url. The id is random, reveals
 * nothing about the person and never changes.
 *
 * @param id a UUID
 * @throws Error if the id is not a UUID
 */
export function userHandleOf(id: string): string {
  const lower = id.toLowerCase();
  if (!UUID.test(lower)) throw new Error('the id of a person is not a UUID');
  return Buffer.from(lower.replaceAll('-', ''), 'hex').toString('base64url');
}
