import { createHash } from 'node:crypto';
import type { CardState } from '@cardwright/virtual-card';
import { CardCopy } from './card-copy.js';
import { MODEL_OF } from './profile-models.js';
import type { IssuedDevice } from './simulated-cms.js';
import { FIDO_PIN, type Workplace } from './workplace.js';

/** Bytes of a FIDO PIN's hash that an authenticator keeps (CTAP 2.1, 6.5.5). */
const PIN_HASH_BYTES = 16;

/** Returns whether a device gets keys and certificates, and not a passkey alone. */
export const hasPiv = ({ profile }: CardState): boolean => MODEL_OF[profile] !== 'fido2';

/**
 * Finds losses that concern passkeys: a FIDO PIN that its user does not know, and a passkey that is registered although the CMS knows nothing of it,
 * so that nobody will ever have it removed.
 */
export async function findPasskeyLosses({ cms, card, fidoPin }: Workplace): Promise<string[]> {
  const losses: string[] = [];
  const { pin } = card.state.fido ?? {};
  if (pin && ![FIDO_PIN, fidoPin].some((one) => pin.hash.equals(pinHash(one))))
    losses.push('nobody knows its FIDO PIN');
  for (const id of cms.relyingParty?.registered.keys() ?? [])
    if (!(await cms.knowsPasskey(id))) losses.push('a passkey is registered that the CMS knows nothing of');
  return losses;
}

/** Finds what is wrong with the passkey of a device that the CMS calls issued: it is missing, is not registered, or does not log in. */
export async function findPasskeyFlaws(
  { cms, card, pin, fidoPin }: Workplace,
  { id }: IssuedDevice,
): Promise<string[]> {
  const { relyingParty } = cms;
  if (!relyingParty) return [];
  const [credentialId, ...others] = await cms.passkeys(id);
  if (credentialId === undefined || others.length > 0) return ['it does not have one passkey'];
  const publicKey = relyingParty.registered.get(credentialId);
  if (publicKey === undefined) return ['its passkey is not registered'];
  const login = { rpId: relyingParty.rpId, credentialId, publicKey };
  const ownPin = card.state.profile === 'shared-pin' ? pin : fidoPin;
  return (await CardCopy.of(card.state).logsIn(login, ownPin)) ? [] : ['its passkey does not log in'];
}

/** Returns whether a device has the FIDO PIN that its user chose. */
export const hasChosenFidoPin = ({ card, fidoPin }: Workplace): boolean =>
  card.state.fido?.pin?.hash.equals(pinHash(fidoPin)) === true;

/** Finds what is left of the passkey of an active device after its owner removed it: at the CMS, at its service, or on the device. */
export async function findPasskeyLeftovers({ cms, card }: Workplace): Promise<string[]> {
  const [device] = (await cms.devices()).filter(({ state }) => state === 'active');
  const leftovers = [
    !device && 'no device is active',
    device && (await cms.passkeys(device.id)).length > 0 && 'the CMS still has the passkey',
    (cms.relyingParty?.registered.size ?? 0) > 0 && 'the passkey is still registered',
    (card.state.fido?.credentials.length ?? 0) > 0 && 'the passkey is still on the device',
  ];
  return leftovers.filter((leftover) => typeof leftover === 'string');
}

/** Finds passkeys that stay registered although they are not those of a device in use, once all that were due have been removed. */
export async function findOrphans({ cms }: Workplace): Promise<string[]> {
  const { relyingParty } = cms;
  if (!relyingParty) return [];
  await cms.removeDuePasskeys();
  const devices = (await cms.devices()).filter(({ state }) => state === 'active');
  const own = (await Promise.all(devices.map((device) => cms.passkeys(device.id)))).flat();
  const orphans = [...relyingParty.registered.keys()].filter((credentialId) => !own.includes(credentialId));
  return orphans.map(() => 'a passkey stays registered that no active device has');
}

/** Finds what a device that was given back still has in its FIDO2 application. */
export function findFidoLeftovers({ cms, card }: Workplace): string[] {
  const { pin, credentials = [] } = card.state.fido ?? {};
  if (!cms.relyingParty) return [];
  return [...(pin ? ['it still has a FIDO PIN'] : []), ...(credentials.length > 0 ? ['it still has a passkey'] : [])];
}

const pinHash = (pin: string): Buffer => createHash('sha256').update(pin).digest().subarray(0, PIN_HASH_BYTES);
