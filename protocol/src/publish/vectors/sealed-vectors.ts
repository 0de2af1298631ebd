import type { SealContext } from '../../sealing.js';
import { encodeJson } from './vector-signer.js';
import { flipped, withPart } from './alter.js';
import { testKeys } from './test-keys.js';
import { accepted, refused, type Scene, type Vector } from './vector.js';
import { sealVector } from './vector-sealer.js';

/** A sealed secret, and the context that the receiver expects. */
export type SealedVector = Vector<string> & { readonly context: SealContext; readonly jwe: string };

/** PIN, PUK and new PIN of the vectors. No real card has them. */
export const TEST_PIN = '12345678';
const TEST_PUK = '87654321';
const TEST_NEW_PIN = '24681357';

/** Returns the context of a PIN that the CMS seals. */
export const pinContext = ({ origin, operation, device, session }: Scene): SealContext => ({
  origin,
  operation,
  device,
  session,
  purpose: 'pin',
});

/** Seals the PIN of the vectors. The step vectors contain it too. */
export const sealPin = (scene: Scene): Promise<string> =>
  sealVector('a PIN of the CMS', TEST_PIN, testKeys.host, pinContext(scene));

/** Makes the vectors of sealed secrets that a host receives: first the secrets that it accepts, then the secrets that it must refuse. */
export async function makeSealedVectors(scene: Scene): Promise<SealedVector[]> {
  const context = pinContext(scene);
  const pin = await sealPin(scene);
  const good = async (name: string, text: string, own: SealContext): Promise<SealedVector> => ({
    ...accepted(name, text),
    context: own,
    jwe: await sealVector(name, text, testKeys.host, own),
  });
  const bad = (name: string, rule: string, jwe: string): SealedVector => ({ ...refused(name, rule), context, jwe });
  const boundTo = async (name: string, own: object | undefined): Promise<SealedVector> =>
    bad(name, 'context', await sealVector(name, TEST_PIN, testKeys.host, own));
  const other = async (name: string, to: typeof testKeys.host | typeof testKeys.strangerSealing, deviation = {}) =>
    sealVector(name, TEST_PIN, to, context, deviation);
  return [
    { ...accepted('a PIN of the CMS', TEST_PIN), context, jwe: pin },
    await good('a PUK of the CMS', TEST_PUK, { ...context, purpose: 'puk' }),
    await good('a new PIN of the user', TEST_NEW_PIN, { ...context, purpose: 'newPin' }),
    await good('a PIN of the user outside a step', TEST_PIN, { ...context, operation: null }),
    await boundTo('bound to another origin', { ...context, origin: 'https://cms.example.org' }),
    await boundTo('bound to another operation', { ...context, operation: 'another-operation' }),
    await boundTo('bound to no operation', { ...context, operation: null }),
    await boundTo('bound to another device', { ...context, device: 'serial:87654321' }),
    await boundTo('bound to another session', { ...context, session: 'A'.repeat(43) }),
    await boundTo('bound to another purpose', { ...context, purpose: 'puk' }),
    await boundTo('bound to a purpose that does not exist', { ...context, purpose: 'any' }),
    await boundTo('with a further member in its context', { ...context, also: 'puk' }),
    await boundTo('without a context', undefined),
    bad('the tag altered', 'decryption', withPart(pin, 4, flipped)),
    bad('the ciphertext altered', 'decryption', withPart(pin, 3, flipped)),
    bad(
      'the context exchanged',
      'decryption',
      withPart(await sealVector('to be exchanged', TEST_PIN, testKeys.host, { ...context, purpose: 'puk' }), 0, () =>
        headerOf(pin),
      ),
    ),
    bad('sealed to another key', 'decryption', await other('sealed to another key', testKeys.strangerSealing)),
    bad('with a wrapped key', 'algorithm', await other('with a wrapped key', testKeys.host, { alg: 'ECDH-ES+A256KW' })),
    bad('with A128GCM', 'algorithm', await other('with A128GCM', testKeys.host, { enc: 'A128GCM' })),
    bad(
      'the algorithm named none',
      'algorithm',
      withPart(pin, 0, () => encodeJson({ alg: 'none', enc: 'A256GCM' })),
    ),
  ];
}

const headerOf = (jwe: string): string => jwe.split('.')[0] ?? '';
