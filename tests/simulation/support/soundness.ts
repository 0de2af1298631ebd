import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { type CardState, hasFactoryManagementKey } from '@cardwright/virtual-card';
import { CardCopy } from './card-copy.js';
import {
  findFidoLeftovers,
  findOrphans,
  findPasskeyFlaws,
  findPasskeyLeftovers,
  findPasskeyLosses,
  hasPiv,
} from './passkey-soundness.js';
import type { FactorySecrets, IssuedCertificate, IssuedDevice, KeptSecrets, SimulatedCms } from './simulated-cms.js';
import { MODEL_OF } from './profile-models.js';
import type { Workplace } from './workplace.js';

/** Slots with the tags of their certificates (SP 800-73-4 Part 1, tables 3 and 4b). */
const SLOTS = [
  { name: '9A', key: 0x9a, certificate: 0x5fc105 },
  { name: '9C', key: 0x9c, certificate: 0x5fc10a },
  { name: '9D', key: 0x9d, certificate: 0x5fc10b },
  { name: '9E', key: 0x9e, certificate: 0x5fc101 },
] as const;

/** Key references of the retired slots (SP 800-73-4 Part 1, table 4b). */
const FIRST_RETIRED = 0x82;
const LAST_RETIRED = 0x95;

const GET_DATA = 0xcb;
const PUT_DATA = 0xdb;
const OK = 0x9000;
const MORE_DATA = 0x61;
/** The read-backs after the last certificate was written: four certificates and the CCC. */
const READ_BACKS = 5;
const FEWEST_TRIES = 2;

/**
 * Finds losses, which no card may have at any time; empty if there are none. Management key, PUK and PIN must each be the
 * factory's or in an escrow that the CMS can open; the PIN may also be the user's choice. A copy of the card tests that. No
 * counter may ever have fallen below two tries. PIN and PUK of a card during its erasure do not count. What holds for passkeys is in
 * `findPasskeyLosses`.
 */
export async function findLosses(workplace: Workplace): Promise<string[]> {
  const { card, intruder } = workplace;
  return [
    ...(hasPiv(card.state) ? await findPivLosses(workplace) : []),
    ...(await findPasskeyLosses(workplace)),
    ...(card.fewestTries < FEWEST_TRIES ? [`its PIN or PUK had ${card.fewestTries} tries`] : []),
    ...(card.defects.length > 0 ? [`the virtual card is defective: ${card.defects.map(String).join('; ')}`] : []),
    ...(intruder.defects.length > 0 ? [`another program got: ${intruder.defects.map(String).join('; ')}`] : []),
  ];
}

async function findPivLosses({ cms, card, pin, formerPin }: Workplace): Promise<string[]> {
  const copy = CardCopy.of(card.state);
  const factory = await factoryOf(card.state, cms);
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
  ];
  return losses.filter((loss) => loss !== false);
}

/**
 * Finds flaws of a card that the CMS calls active, apart from losses: it is incomplete, or was called active too early.
 *
 * @param triesBefore the tries that its counters must have again; null if its user may have spent one
 * @param isActivated whether an operator activated it, which requires that the CMS knows it to have its initial PIN
 * @param lacksPasskey whether its owner removed its passkey
 */
export async function findFlaws(
  workplace: Workplace,
  triesBefore: readonly number[] | null,
  { isActivated = false, lacksPasskey = false } = {},
): Promise<string[]> {
  const { cms, card } = workplace;
  const [device, ...others] = (await cms.devices()).filter(({ state }) => state === 'active');
  if (!device || others.length > 0) return ['not one device is active'];
  return [
    ...(hasPiv(card.state) ? await findPivFlaws(workplace, device, triesBefore, isActivated) : []),
    ...(await (lacksPasskey ? findPasskeyLeftovers(workplace) : findPasskeyFlaws(workplace, device))),
    ...(await findOrphans(workplace)),
  ];
}

async function findPivFlaws(
  workplace: Workplace,
  device: IssuedDevice,
  triesBefore: readonly number[] | null,
  isActivated: boolean,
): Promise<string[]> {
  const { cms, card, pin } = workplace;
  const copy = CardCopy.of(card.state);
  const factory = await factoryOf(card.state, cms);
  const escrows = await cms.escrows(device.id);
  const canChangeManagementKey = MODEL_OF[card.state.profile] !== 'piv';
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
      !areAsBefore(workplace, triesBefore) &&
      `its tries are ${card.tries.join()}, and were ${triesBefore.join()}`,
    ...(await certificateFlaws(card.state, device, cms)),
  ];
  return flaws.filter((flaw) => flaw !== false);
}

/**
 * Finds leftovers of a device that the CMS calls given back: on its card, or secrets at the CMS.
 *
 * @param triesBefore the tries of an undamaged card
 */
export async function findLeftovers(workplace: Workplace, triesBefore: readonly number[]): Promise<string[]> {
  const { cms, card } = workplace;
  const copy = CardCopy.of(card.state);
  const { pin, puk } = await factoryOf(card.state, cms);
  const [device] = await cms.devices();
  const leftovers = [
    !(await copy.acceptsPin(pin)) && "it does not have its factory's PIN",
    !(await copy.acceptsPuk(puk)) && "it does not have its factory's PUK",
    !hasFactoryManagementKey(card.state) && "it does not have its factory's management key",
    !areAsBefore(workplace, triesBefore) && `its tries are ${card.tries.join()}, and were ${triesBefore.join()}`,
    (await cms.escrows()).length > 0 && 'the CMS keeps secrets of it',
    ...SLOTS.map(({ name, certificate }) => card.state.objects.has(certificate) && `there is a certificate in ${name}`),
    device?.certificates.some(({ revocation }) => revocation !== 'cessationOfOperation') &&
      'not all of its certificates are revoked for good',
  ];
  const ofPiv = leftovers.filter((leftover) => typeof leftover === 'string');
  return [...ofPiv, ...findFidoLeftovers(workplace), ...(await findOrphans(workplace))];
}

/**
 * Finds what a card lacks when the CMS first calls it active, or waiting for approval alone. By then its certificates must have
 * been written and read back, and its PIN must be its user's.
 */
export async function findHaste(workplace: Workplace): Promise<string[]> {
  const { card, cms, pin } = workplace;
  const [device] = (await cms.devices()).filter(({ state }) => state === 'active' || state === 'awaiting-approval');
  if (!device) return ['the answer says active, and the store does not'];
  const passkeys = await findPasskeyFlaws(workplace, device);
  if (!hasPiv(card.state)) return passkeys;
  const writes = card.history.findLastIndex(({ ins }) => ins === PUT_DATA);
  const readBacks = card.history.slice(writes + 1).filter(({ ins, statusWord = 0 }) => {
    return ins === GET_DATA && (statusWord === OK || statusWord >> 8 === MORE_DATA);
  });
  const haste = [
    readBacks.length < READ_BACKS && `active after ${readBacks.length} objects were read back`,
    !(await CardCopy.of(card.state).acceptsPin(pin)) && 'active before its PIN was changed',
    ...(await certificateFlaws(card.state, device, cms)),
  ];
  return [...haste.filter((problem) => problem !== false), ...passkeys];
}

/**
 * Finds certificates that the CMS calls good although they are not on the card, apart from those that were good before the operation, or although
 * their key is gone. Also finds out whether the key that 9D had before is lost.
 *
 * @param before the certificates that were good before
 */
export async function findUnread(
  { card: { state }, cms }: Workplace,
  before: readonly Pick<IssuedCertificate, 'slot' | 'der'>[],
): Promise<string[]> {
  const [device] = await cms.devices();
  const flaws = (device?.certificates ?? []).flatMap(({ slot, der, revocation }) => {
    if (revocation !== null) return [];
    const place = SLOTS.find(({ name }) => name === slot);
    const held = place && certificateIn(state.objects.get(place.certificate));
    const wasRead = held?.raw.equals(der) === true || before.some((former) => former.der.equals(der));
    return [
      ...(wasRead ? [] : [`the certificate in ${slot} is good, and was never on the card`]),
      ...(hasKeyOf(state, slot, der) ? [] : [`the certificate in ${slot} is good, and its key is gone`]),
    ];
  });
  const old = before.filter(({ slot, der }) => slot === '9D' && !hasKeyOf(state, slot, der));
  return [...flaws, ...old.map(() => 'the old key of 9D is lost')];
}

/** True if a slot has the key of a certificate. The key of 9D may be in a retired slot. */
function hasKeyOf({ keys }: CardState, slot: string, der: Buffer): boolean {
  const { publicKey } = new X509Certificate(der);
  const places: readonly number[] = SLOTS.filter(({ name }) => name === slot).map(({ key }) => key);
  return [...keys].some(
    ([place, { privateKey }]) =>
      (places.includes(place) || (slot === '9D' && place >= FIRST_RETIRED && place <= LAST_RETIRED)) &&
      publicKey.equals(publicKeyOf(privateKey)),
  );
}

/** Names of curves in Node.js, by the algorithm of a policy. */
const CURVES: Readonly<Record<string, string>> = { 'P-256': 'prime256v1', 'P-384': 'secp384r1' };

/** Finds what is wrong with the certificates, by the slots that the policy of the card has now. */
async function certificateFlaws(state: CardState, device: IssuedDevice, cms: SimulatedCms): Promise<string[]> {
  const authority = new X509Certificate(cms.authorityCertificate);
  const model = MODEL_OF[state.profile];
  if (model === null) throw new Error(`a card ${state.profile} is not issued`);
  const slots = await cms.slotsOf(model);
  return SLOTS.flatMap(({ name, key, certificate: tag }) => {
    const algorithm = slots[name];
    if (algorithm === undefined) return removalFlaws(state, device, name);
    const [listed, ...others] = device.certificates.filter(({ slot }) => slot === name);
    // Certificates of a device are on hold until an operator has approved it.
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
      ...(isOfAlgorithm(written, algorithm) ? [] : [`the key in ${name} has another algorithm than the policy wants`]),
      ...(isSigned ? [] : [`the certificate in ${name} is not the authority's`]),
    ];
  });
}

/** Finds what is left of a slot that the policy does not have. */
function removalFlaws(
  state: CardState,
  { certificates }: IssuedDevice,
  slot: (typeof SLOTS)[number]['name'],
): string[] {
  const place = SLOTS.find(({ name }) => name === slot);
  const isListed = certificates.some((one) => one.slot === slot && one.revocation !== 'cessationOfOperation');
  return [
    ...(isListed ? [`the CMS has not revoked the certificate in ${slot}`] : []),
    ...(place && state.objects.has(place.certificate) ? [`there is a certificate in ${slot}`] : []),
    ...(place && MOVES_KEYS.includes(state.profile) && state.keys.has(place.key) ? [`there is a key in ${slot}`] : []),
  ];
}

/** Cards of the sweep that delete keys. */
const MOVES_KEYS: readonly string[] = ['yubikey'];

const isOfAlgorithm = ({ publicKey }: X509Certificate, algorithm: string): boolean => {
  const { namedCurve, modulusLength } = publicKey.asymmetricKeyDetails ?? {};
  return namedCurve === undefined ? algorithm === `RSA-${String(modulusLength)}` : namedCurve === CURVES[algorithm];
};

/** The value of a certificate object's tag 70, whose length takes one to three bytes, and the byte of its tag 71 (SP 800-73-4 Part 1, table 10). */
const CERTIFICATE_OBJECT = /^70(?:[0-7].|81..|82....)(?<certificate>.*)7101(?<info>..)fe00$/;

/** Reads the certificate in an object. The lowest bit of the CertInfo says that it is compressed with gzip (appendix A). */
function certificateIn(object: Buffer | undefined): X509Certificate | undefined {
  const { certificate, info } = CERTIFICATE_OBJECT.exec(object?.toString('hex') ?? '')?.groups ?? {};
  if (certificate === undefined || info === undefined) return undefined;
  const value = Buffer.from(certificate, 'hex');
  return new X509Certificate((Number.parseInt(info, 16) & 1) === 0 ? value : gunzipSync(value));
}

const publicKeyOf = (key: Buffer = Buffer.alloc(0)) =>
  createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));

/** True if PIN and PUK have as many tries as before, apart from a try of the PIN that another program has spent. */
function areAsBefore({ card, intruder }: Workplace, [pinBefore = 0, pukBefore = 0]: readonly number[]): boolean {
  const [pin = 0, puk = 0] = card.tries;
  return puk === pukBefore && pin <= pinBefore && pin >= pinBefore - intruder.spentTries;
}

/** Returns the secrets with which a card leaves its factory, as the policy of its model says. */
function factoryOf({ profile }: CardState, cms: SimulatedCms): Promise<FactorySecrets> {
  const model = MODEL_OF[profile];
  if (model === null) throw new Error(`a card ${profile} is not issued`);
  return cms.factory(model);
}

function managementKeysOf(factory: FactorySecrets | undefined, escrows: readonly KeptSecrets[]): Buffer[] {
  const kept = escrows.flatMap(({ managementKey }) =>
    managementKey ? [Buffer.from(managementKey.key, 'base64url')] : [],
  );
  if (!factory) return kept;
  const { managementKey, otherManagementKeys = [] } = factory;
  const others = otherManagementKeys.map((other) => other.managementKey);
  return [...[managementKey, ...others].map((key) => Buffer.from(key, 'hex')), ...kept];
}

async function some<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await holds(item)) return true;
  return false;
}
