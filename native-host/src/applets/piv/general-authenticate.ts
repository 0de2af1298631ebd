import type { KeyAlgorithm, ManagementKeyAlgorithm, KeySlot } from '@cardwright/protocol/devices';
import { encodeTlv, findTlv, requireTlv } from '../../iso7816/tlv.js';
import { INS, TAG_CHALLENGE, TAG_RESPONSE, TAG_TEMPLATE, TAG_WITNESS } from './instructions.js';
import { KEY_ALGORITHM_ID, keyReference, MANAGEMENT_KEY, REFERENCE } from './objects.js';
import { LE_SHORT, type PivChannel } from './piv-channel.js';
import { readAnswer, type PivOperation } from './piv-error.js';

/**
 * GENERAL AUTHENTICATE (SP 800-73-4 Part 2, 3.2.4). A card concludes from the tags of a request which authentication is meant. Each request therefore
 * has exactly the tags of the example in appendix A, in the same order.
 */

/** Milliseconds for a command that may wait for a touch. A YubiKey itself gives up after 15 seconds. */
export const TOUCH_TIME = 20_000;

/** Begins mutual authentication (A.1): an empty witness requests the card's encrypted witness, which is returned. */
export async function requestWitness(channel: PivChannel, algorithm: ManagementKeyAlgorithm): Promise<Uint8Array> {
  const data = encodeTlv(TAG_TEMPLATE, encodeTlv(TAG_WITNESS));
  return ask(channel, ...managementKey(algorithm), data, { kind: 'getWitness' }, (answer) => {
    const witness = requireTlv(answer, TAG_WITNESS);
    // The holder of the key decrypts the witness as a single block.
    if (witness.length !== MANAGEMENT_KEY[algorithm].blockLength) throw new Error('a witness of another length');
    return witness;
  });
}

/**
 * Completes mutual authentication (A.1): sends the decrypted witness and a challenge, and returns the card's answer to the challenge. The request
 * must not also contain an empty tag 82 (response). If it did, a strict card would execute INTERNAL AUTHENTICATE instead, and answer 9000 without
 * granting access.
 */
export async function answerWitness(
  channel: PivChannel,
  algorithm: ManagementKeyAlgorithm,
  witness: Uint8Array,
  challenge: Uint8Array,
): Promise<Uint8Array> {
  const data = encodeTlv(TAG_TEMPLATE, encodeTlv(TAG_WITNESS, witness), encodeTlv(TAG_CHALLENGE, challenge));
  return ask(
    channel,
    ...managementKey(algorithm),
    data,
    { kind: 'authenticateManagementKey' },
    // In the appendix, the answer has tag 82. Tag 80 is accepted too, as by OpenSC, because the holder of the key verifies the answer anyway.
    (answer) => findTlv(answer, TAG_RESPONSE) ?? requireTlv(answer, TAG_WITNESS),
  );
}

/** Signs with a slot's key (A.4): an empty response requests the signature of the challenge. */
export async function signWithKey(
  channel: PivChannel,
  slot: KeySlot,
  algorithm: KeyAlgorithm,
  input: Uint8Array,
): Promise<Uint8Array> {
  const data = encodeTlv(TAG_TEMPLATE, encodeTlv(TAG_RESPONSE), encodeTlv(TAG_CHALLENGE, input));
  const operation = { kind: 'sign', slot } as const;
  return ask(channel, KEY_ALGORITHM_ID[algorithm], keyReference(slot), data, operation, (answer) =>
    requireTlv(answer, TAG_RESPONSE),
  );
}

const managementKey = (algorithm: ManagementKeyAlgorithm): [p1: number, p2: number] => [
  MANAGEMENT_KEY[algorithm].id,
  REFERENCE.MANAGEMENT_KEY,
];

/** Sends GENERAL AUTHENTICATE. @param read reads the objects inside the template of the answer */
async function ask(
  channel: PivChannel,
  p1: number,
  p2: number,
  data: Uint8Array,
  operation: PivOperation,
  read: (objects: Uint8Array) => Uint8Array,
): Promise<Uint8Array> {
  const command = { ins: INS.GENERAL_AUTHENTICATE, p1, p2, data, le: LE_SHORT, answerTime: TOUCH_TIME };
  const answer = await channel.request(command, operation);
  return readAnswer(operation.kind, () => read(requireTlv(answer, TAG_TEMPLATE)));
}
