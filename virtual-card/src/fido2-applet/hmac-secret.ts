import { createHmac } from 'node:crypto';
import type { Context } from './authenticator-context.js';
import { type Credential, credRandom } from './credential.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import type { Parameters } from './parameters.js';
import { pinProtocol } from './pin-protocols.js';

/** Keys of the extension's input (CTAP 2.1, 12.5). */
const Key = { keyAgreement: 0x01, saltEnc: 0x02, saltAuth: 0x03, protocol: 0x04 } as const;
const SALT_BYTES = 32;
const FIRST_PROTOCOL = 1;

/** Derives a secret of the credential from each of the client's one or two salts, and encrypts the secrets for the client. */
export function hmacSecret(context: Context, input: Parameters, credential: Credential, isVerified: boolean): Buffer {
  const protocol = pinProtocol(input.optionalNumber(Key.protocol) ?? FIRST_PROTOCOL);
  const saltEnc = input.bytes(Key.saltEnc);
  const saltAuth = input.bytes(Key.saltAuth);
  const secret = context.pins.agreement.agree(protocol, input.within(Key.keyAgreement));
  if (!secret.verify(saltEnc, saltAuth)) throw new CtapError(CtapStatus.pinAuthInvalid, 'not authenticated');
  const salts = secret.decrypt(saltEnc);
  if (salts.length !== SALT_BYTES && salts.length !== 2 * SALT_BYTES) {
    throw new CtapError(CtapStatus.invalidLength, 'one or two salts');
  }
  const key = credRandom(context.fido, credential.id, isVerified);
  const outputs = [salts.subarray(0, SALT_BYTES), salts.subarray(SALT_BYTES)]
    .filter((salt) => salt.length > 0)
    .map((salt) => createHmac('sha256', key).update(salt).digest());
  return secret.encrypt(Buffer.concat(outputs));
}
