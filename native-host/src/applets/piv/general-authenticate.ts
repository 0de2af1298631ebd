import type { KeyAlgorithm, ManagementKeyAlgorithm, Slot } from '@cardwright/protocol/devices';
import { encodeTlv, findTlv, requireTlv } from '../../iso7816/tlv.js';
import { INS, TAG_CHALLENGE, TAG_RESPONSE, TAG_TEMPLATE, TAG_WITNESS } from './instructions.js';
import { KEY_ALGORITHM_ID, KEY_REFERENCE, MANAGEMENT_KEY, REFERENCE } from './objects.js';
import { LE_SHORT, type PivChannel } from './piv-channel.js';
import { readAnswer, type PivOperation } from './piv-error.js';

/**
 * GENERAL AUTHENTICATE (SP 800-73-4 Part 2, 3.2.4). A card derives the protocol from the tags that are present. Each form therefore has
 * exactly the tags of its appendix, in their order.
 */

/** Milliseconds for a command that may wait for a touch. The device itself gives up after 15 s. */
export const TOUCH_TIME = 20_000;

/** A.1, first half of mutual authentication: an empty witness requests one from the card. */
export async function requestWitness(channel: PivChannel, algorithm: ManagementKeyAlgorithm): Promise<Uint8Array> {
  const data = encodeTlv(TAG_TEMPLATE, encodeTlv(TAG_WITNESS));
  return ask(channel, ...managementKey(algorithm), data, { kind: 'getWitness' }, (answer) =>
    requireTlv(answer, TAG_WITNESS),
  );
}

/**
 * A.1, second half: sends the decrypted witness and a challenge, and returns the card's answer to the challenge. Only these two tags: with
 * an empty response beside them, a strict card executes INTERNAL AUTHENTICATE, answers 9000 and grants nothing.
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
    // The appendix shows 82, and OpenSC accepts 80 as well. The holder of the key verifies the answer in any case.
    (answer) => findTlv(answer, TAG_RESPONSE) ?? requireTlv(answer, TAG_WITNESS),
  );
}

/** A.4: an empty response requests the signature of the challenge. */
export async function signWithKey(
  channel: PivChannel,
  slot: Slot,
  algorithm: KeyAlgorithm,
  input: Uint8Array,
): Promise<Uint8Array> {
  const data = encodeTlv(TAG_TEMPLATE, encodeTlv(TAG_RESPONSE), encodeTlv(TAG_CHALLENGE, input));
  const operation = { kind: 'sign', slot } as const;
  return ask(channel, KEY_ALGORITHM_ID[algorithm], KEY_REFERENCE[slot], data, operation, (answer) =>
    requireTlv(answer, TAG_RESPONSE),
  );
}

const managementKey = (algorithm: ManagementKeyAlgorithm): [p1: number, p2: number] => [
  MANAGEMENT_KEY[algorithm].id,
  REFERENCE.MANAGEMENT_KEY,
];

/** @param read reads the objects inside the template of the answer */
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
