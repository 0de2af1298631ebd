import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { CardState } from '@cardwright/virtual-card';
import { CardCopy } from './card-copy.js';
import type { FactorySecrets, IssuedDevice, KeptSecrets, SimulatedCms } from './simulated-cms.js';
import type { Workplace } from './workplace.js';

/** Slots with the tags of their certificates (SP 800-73-4 Part 1, tables 3 and 4b). */
const SLOTS = [
  { name: '9A', key: 0x9a, certificate: 0x5fc105 },
  { name: '9C', key: 0x9c, certificate: 0x5fc10a },
  { name: '9D', key: 0x9d, certificate: 0x5fc10b },
  { name: '9E', key: 0x9e, certificate: 0x5fc101 },
] as const;

const GET_DATA = 0xcb;
const PUT_DATA = 0xdb;
const OK = 0x9000;
const MORE_DATA = 0x61;
/** Four certificates and the CCC are read back after the last of them was written. */
const READ_BACKS = 5;
const FEWEST_TRIES = 2;

/**
 * What is wrong with a card whatever has happened to it; empty where nothing is. Its management key, its PUK and its PIN must
 * each be the factory's, in an escrow that the CMS can open, or, as to the PIN, the one that its user chose. The card itself
 * says so. No counter ever fell below two. (PIN and PUK of a card that is just being erased are of no use any more.)
 */
export async function findLosses({ cms, card, pin, formerPin }: Workplace): Promise<string[]> {
  const copy = CardCopy.of(card.state);
  const factory = await cms.factory(modelOf(card.state));
  const escrows = await cms.escrows();
  const keys = managementKeysOf(factory, escrows);
  const losses = [
    !(await some(keys, (key) => copy.acceptsManagementKey(key))) && 'nobody knows its management key',
    !card.isBeingErased &&
      !(await some([factory.puk, ...escrows.flatMap(({ puk }) => puk ?? [])], (puk) => copy.acceptsPuk(puk))) &&
      'nobody knows its PUK',
    !card.isBeingErased &&
      !(await some(
        [
          factory.pin,
          pin,
          ...(formerPin === null ? [] : [formerPin]),
          ...escrows.flatMap((escrow) => escrow.pin ?? []),
        ],
        (own) => copy.acceptsPin(own),
      )) &&
      'nobody knows its PIN',
    card.fewestTries < FEWEST_TRIES && `its PIN or PUK had ${card.fewestTries} tries`,
    card.defects.length > 0 && `the virtual card is defective: ${card.defects.map(String).join('; ')}`,
  ];
  return losses.filter((loss) => loss !== false);
}

/**
 * What is wrong with a card that the CMS calls active, besides losses: it is not whole, or it was called so too early.
 *
 * @param triesBefore those that its counters have to have again; null where its user may have spent one
 * @param isActivated whether an operator activated it, who can do so only while the CMS knows that it has its initial PIN
 */
export async function findFlaws(
  workplace: Workplace,
  triesBefore: readonly number[] | null,
  isActivated = false,
): Promise<string[]> {
  const { cms, card, pin } = workplace;
  const [device, ...others] = (await cms.devices()).filter(({ state }) => state === 'active');
  if (!device || others.length > 0) return ['not one device is active'];
  const copy = CardCopy.of(card.state);
  const factory = await cms.factory(modelOf(card.state));
  const escrows = await cms.escrows(device.id);
  const canChangeManagementKey = card.state.profile !== 'piv' && card.state.profile !== 'piv-strict';
  const initialPins = escrows.flatMap((escrow) => escrow.pin ?? []);
  const flaws = [
    !isActivated && !(await copy.acceptsPin(pin)) && "it does not have its user's PIN",
    isActivated && !device.hasInitialPin && 'an operator activated it, and nobody can say which PIN it has',
    isActivated && !(await some(initialPins, (own) => copy.acceptsPin(own))) && 'it does not have its initial PIN',
    (await copy.acceptsPuk(factory.puk)) && "it still has the factory's PUK",
    !(await some(
      escrows.flatMap(({ puk }) => puk ?? []),
      (puk) => copy.acceptsPuk(puk),
    )) && 'its PUK is in no escrow',
    canChangeManagementKey &&
      !(await some(managementKeysOf(undefined, escrows), (key) => copy.acceptsManagementKey(key))) &&
      'its management key is in no escrow',
    triesBefore !== null &&
      card.tries.join() !== triesBefore.join() &&
      `its tries are ${card.tries.join()}, and were ${triesBefore.join()}`,
    ...certificateFlaws(card.state, device, cms),
  ];
  return flaws.filter((flaw) => flaw !== false);
}

/**
 * What is left on a card that the CMS calls given back, or of its secrets at the CMS.
 *
 * @param triesBefore those of a card that was whole
 */
export async function findLeftovers({ cms, card }: Workplace, triesBefore: readonly number[]): Promise<string[]> {
  const copy = CardCopy.of(card.state);
  const { managementKey, pin, puk } = await cms.factory(modelOf(card.state));
  const [device] = await cms.devices();
  const leftovers = [
    !(await copy.acceptsPin(pin)) && "it does not have its factory's PIN",
    !(await copy.acceptsPuk(puk)) && "it does not have its factory's PUK",
    !(await copy.acceptsManagementKey(Buffer.from(managementKey, 'hex'))) &&
      "it does not have its factory's management key",
    card.tries.join() !== triesBefore.join() && `its tries are ${card.tries.join()}, and were ${triesBefore.join()}`,
    (await cms.escrows()).length > 0 && 'the CMS keeps secrets of it',
    ...SLOTS.map(({ name, certificate }) => card.state.objects.has(certificate) && `there is a certificate in ${name}`),
    device?.certificates.some(({ revocation }) => revocation !== 'cessationOfOperation') &&
      'not all of its certificates are revoked for good',
  ];
  return leftovers.filter((leftover) => typeof leftover === 'string');
}

/**
 * What is missing on a card at the moment at which the CMS says for the first time that it is active, or waits for approval alone:
 * its certificates were written and read back, and its PIN is its user's.
 */
export async function findHaste({ card, cms, pin }: Workplace): Promise<string[]> {
  const [device] = (await cms.devices()).filter(({ state }) => state === 'active' || state === 'awaiting-approval');
  if (!device) return ['the answer says active, and the store does not'];
  const writes = card.history.findLastIndex(({ ins }) => ins === PUT_DATA);
  const readBacks = card.history.slice(writes + 1).filter(({ ins, statusWord = 0 }) => {
    return ins === GET_DATA && (statusWord === OK || statusWord >> 8 === MORE_DATA);
  });
  const haste = [
    readBacks.length < READ_BACKS && `active after ${readBacks.length} objects were read back`,
    !(await CardCopy.of(card.state).acceptsPin(pin)) && 'active before its PIN was changed',
    ...certificateFlaws(card.state, device, cms),
  ];
  return haste.filter((problem) => problem !== false);
}

function certificateFlaws(state: CardState, device: IssuedDevice, cms: SimulatedCms): string[] {
  const authority = new X509Certificate(cms.authorityCertificate);
  return SLOTS.flatMap(({ name, key, certificate: tag }) => {
    const [listed, ...others] = device.certificates.filter(({ slot }) => slot === name);
    // Until an operator has approved a device, its certificates are on hold.
    const isGood =
      listed?.revocation === null || (listed?.revocation === 'certificateHold' && device.state === 'awaiting-approval');
    if (!listed || !isGood || others.length > 0) return [`the CMS does not list one good certificate in ${name}`];
    const written = certificateIn(state.objects.get(tag));
    if (!written) return [`there is no certificate in ${name}`];
    const isForKey = written.publicKey.equals(publicKeyOf(state.keys.get(key)?.privateKey));
    const isSigned = written.checkIssued(authority) && written.verify(authority.publicKey);
    return [
      ...(written.raw.equals(listed.der) ? [] : [`the certificate in ${name} is not the one that the CMS lists`]),
      ...(isForKey ? [] : [`the certificate in ${name} is for another key`]),
      ...(isSigned ? [] : [`the certificate in ${name} is not the authority's`]),
    ];
  });
}

/** The value of tag 70, at the beginning of the object; its length takes two bytes (SP 800-73-4 Part 1, table 10). */
function certificateIn(object: Buffer | undefined): X509Certificate | undefined {
  if (object?.readUInt16BE(0) !== 0x7082) return undefined;
  return new X509Certificate(object.subarray(4, 4 + object.readUInt16BE(2)));
}

const publicKeyOf = (key: Buffer = Buffer.alloc(0)) =>
  createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));

const modelOf = ({ profile }: CardState): string => (profile.startsWith('yubikey') ? 'yubikey' : 'piv');

function managementKeysOf(factory: FactorySecrets | undefined, escrows: readonly KeptSecrets[]): Buffer[] {
  const kept = escrows.flatMap(({ managementKey }) =>
    managementKey ? [Buffer.from(managementKey.key, 'base64url')] : [],
  );
  return factory ? [Buffer.from(factory.managementKey, 'hex'), ...kept] : kept;
}

async function some<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await holds(item)) return true;
  return false;
}
