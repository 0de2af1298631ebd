import { createPublicKey, createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeySlot, Slot } from '@cardwright/protocol/devices';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import { dueStage } from './renewal-stage.js';
import type { ToyOptions, ToyStage } from './toy-stage.js';

/** Slots with quick keys. On a YubiKey, all of them can sign. */
export const NEW_KEY_SLOTS = { '9A': 'P-256', '9C': 'P-256', '9D': 'P-256', '9E': 'P-256' } as const;
/** A policy that replaces the key of each slot. */
export const ALL_NEW = { '9A': 'new-key', '9C': 'new-key', '9D': 'new-key', '9E': 'new-key' } as const;

/** Opens a stage with Ada's active device, whose renewal replaces its keys. */
export const newKeyStage = ({ policy, ...options }: ToyOptions = {}): Promise<ToyStage> =>
  dueStage({ ...options, policy: { slots: NEW_KEY_SLOTS, renewedKeys: ALL_NEW, ...policy } });

/** The public key in a slot, as DER SubjectPublicKeyInfo in base64url; undefined if the slot is empty. */
export function publicKeyIn({ state }: TestCard, slot: KeySlot): string | undefined {
  const key = state.keys.get(Number.parseInt(slot, 16));
  if (!key) return undefined;
  const secret = createPrivateKey({ key: key.privateKey, type: 'pkcs8', format: 'der' });
  return createPublicKey(secret).export({ type: 'spki', format: 'der' }).toString('base64url');
}

/** The key that a certificate is for, in the same form. @param der base64url */
export const publicKeyOf = (der: string): string =>
  new X509Certificate(Buffer.from(der, 'base64url')).publicKey
    .export({ type: 'spki', format: 'der' })
    .toString('base64url');

/**
 * Finds the flaws that a device never has, at whatever moment its renewal stops: a good certificate for a key that is not in its slot, or one that is
 * not on the card; and for 9D an old key that is gone.
 *
 * @param decrypts the keys that must still decrypt
 */
export function findFlaws(stage: ToyStage, decrypts: readonly string[]): string[] {
  const { card } = stage;
  const good = stage.store.contents().certificates.filter(({ revocationReason }) => revocationReason === null);
  const slots = ['9A', '9C', '9D', '9E'] as const;
  const isGone = ({ slot, der }: { readonly slot: string; readonly der: string }): boolean => {
    const own = slots.find((name) => name === slot);
    const places: readonly KeySlot[] = own === '9D' ? ['9D', ...card.retired.keys()] : own ? [own] : [];
    return !places.some((place) => publicKeyIn(card, place) === publicKeyOf(der));
  };
  const keptKeys = [publicKeyIn(card, '9D'), ...[...card.retired.keys()].map((slot) => publicKeyIn(card, slot))];
  return [
    ...good.filter(isGone).map(({ slot }) => `the certificate of ${slot} is good, and its key is gone`),
    ...decrypts.filter((key) => !keptKeys.includes(key)).map(() => 'an old key of 9D is gone'),
    ...slots
      .filter((slot) => good.filter((one) => one.slot === slot).length > 1)
      .map((slot) => `${slot} has two good ones`),
  ];
}

/** Finds what is wrong on a card whose keys were all replaced. */
export function findUnfinished(stage: ToyStage, slots: readonly Slot[] = ['9A', '9C', '9D', '9E']): string[] {
  const { card } = stage;
  const good = stage.store.contents().certificates.filter(({ revocationReason }) => revocationReason === null);
  return slots.flatMap((slot) => {
    const own = good.find((one) => one.slot === slot);
    if (!own) return [`${slot} has no good certificate`];
    return [
      ...(card.certificates.get(slot) === own.der ? [] : [`the certificate of ${slot} is not on the card`]),
      ...(publicKeyIn(card, slot) === publicKeyOf(own.der) ? [] : [`the key of ${slot} is another one`]),
    ];
  });
}

/** Reads the Key History Object: the numbers of retired keys with certificates on the card and elsewhere; null if there is none. */
export function readKeyHistory({ objects }: TestCard): { readonly onCard: number; readonly offCard: number } | null {
  const content = objects.get('keyHistory');
  if (content === undefined) return null;
  const [onTag, onLength, onCard, offTag, offLength, offCard, ...rest] = Buffer.from(content, 'base64url');
  const isRight = onTag === 0xc1 && onLength === 1 && offTag === 0xc2 && offLength === 1;
  if (!isRight || onCard === undefined || offCard === undefined || Buffer.from(rest).toString('hex') !== 'fe00')
    throw new Error('the Key History Object is malformed');
  return { onCard, offCard };
}
