import { isCardwrightError } from '@cardwright/protocol';
import type { KeyAlgorithm, KeySlot } from '@cardwright/protocol/devices';
import { encodeTlv, requireTlv } from '../../iso7816/tlv.js';
import { INS, TAG_ALGORITHM, TAG_CONTROL_TEMPLATE, TAG_PUBLIC_KEY } from './instructions.js';
import { readDataObject } from './data-object.js';
import { KEY_ALGORITHM_ID, keyReference, OBJECT } from './objects.js';
import { LE_ALL, LE_SHORT, type PivChannel, type PivCommand } from './piv-channel.js';
import { readAnswer } from './piv-error.js';
import { subjectPublicKeyInfo } from './public-key.js';
import {
  PIN_POLICY,
  TAG_PIN_POLICY,
  TAG_TOUCH_POLICY,
  TOUCH_POLICY,
  type PinPolicy,
  type TouchPolicy,
} from './yubico.js';

/** Milliseconds for a card to generate an RSA key. The generation usually takes seconds, and at worst most of a minute. */
export const RSA_GENERATION_TIME = 60_000;

/** PIN and touch policy of a new key. `default` is the policy of the slot; only Yubico's cards support other policies. */
export interface KeyPolicies {
  readonly pinPolicy: PinPolicy;
  readonly touchPolicy: TouchPolicy;
}

export const isRsa = (algorithm: KeyAlgorithm): boolean => algorithm === 'RSA-2048' || algorithm === 'RSA-3072';

/**
 * Generates a key with GENERATE ASYMMETRIC KEY PAIR (SP 800-73-4 Part 2, 3.3.1). Returns the key's DER SubjectPublicKeyInfo.
 *
 * @param policies null for a card that cannot set policies. A policy `default` is not sent, because the card applies this policy by itself.
 * @param authenticated true if the management key was authenticated since the application was selected
 */
export async function generateKeyPair(
  channel: PivChannel,
  slot: KeySlot,
  algorithm: KeyAlgorithm,
  policies: KeyPolicies | null,
  authenticated: boolean,
): Promise<Uint8Array> {
  const pinPolicy = policies && PIN_POLICY[policies.pinPolicy];
  const touchPolicy = policies && TOUCH_POLICY[policies.touchPolicy];
  const control = [encodeTlv(TAG_ALGORITHM, Uint8Array.of(KEY_ALGORITHM_ID[algorithm]))];
  if (pinPolicy) control.push(encodeTlv(TAG_PIN_POLICY, Uint8Array.of(pinPolicy)));
  if (touchPolicy) control.push(encodeTlv(TAG_TOUCH_POLICY, Uint8Array.of(touchPolicy)));
  const command = {
    ins: INS.GENERATE_ASYMMETRIC_KEY_PAIR,
    p1: 0,
    p2: keyReference(slot),
    data: encodeTlv(TAG_CONTROL_TEMPLATE, ...control),
    le: LE_SHORT,
    ...(isRsa(algorithm) && { le: LE_ALL, answerTime: RSA_GENERATION_TIME }),
  };
  const answer = await generated(channel, command, authenticated);
  return readAnswer('generate', () => subjectPublicKeyInfo(requireTlv(answer, TAG_PUBLIC_KEY), algorithm));
}

/**
 * Sends GENERATE, and sends it again if the card seems to lack the algorithm: the status words for that have other meanings too, and a card or reader may
 * repeat an earlier answer. A read in between takes the place of that answer, so a card that repeats again ends with `CARD_ERROR`.
 */
async function generated(channel: PivChannel, command: PivCommand, authenticated: boolean): Promise<Uint8Array> {
  const operation = { kind: 'generate', authenticated } as const;
  try {
    return await channel.request(command, operation);
  } catch (error) {
    if (!isCardwrightError(error, 'ALGORITHM_NOT_SUPPORTED')) throw error;
    await readDataObject(channel, OBJECT.CHUID);
    return channel.request(command, operation);
  }
}
