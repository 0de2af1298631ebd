import { decodeBytes, type Result } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import { attestationFailure } from '../attestation/attestation-failure.js';
import { checkAttestation } from '../attestation/attestation.js';
import { vendorOf } from '../attestation/identity.js';
import { certificateIn } from '../card-secrets/certified-key.js';
import { trustOf } from '../card-secrets/trust.js';
import { isHeldByFirmware } from '../devices/device-trust.js';
import type { CardKey } from '../keys/card-key.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call } from '../operations/definition.js';
import { attestedKeys } from './renewal-state.js';

/**
 * Keys that stay on a device whose firmware signs no serial number. The policy has an operator approve such a device only where its vendor attests each
 * key, and the certificate does not say whether the vendor did: the key may be from the time of a laxer policy.
 */

/** What the host has shown of a key. */
export interface ShownKey {
  attestation: Result<'key.attest'>['attestation'];
}

/** True if the vendor has to attest the key of a slot before it is certified again. */
export const isToAttest = (context: OperationContext, slot: Slot): boolean =>
  certificateIn(context, slot)?.proof === 'not-proved' &&
  !context.of(attestedKeys).seen.includes(slot) &&
  isHeldByFirmware(context.ownDevice.row, trustOf(context));

/** Makes the call that asks for an attestation, if the step that is out asks for one. */
export function attested(context: OperationContext, slot: Slot, shown: ShownKey): Call[] {
  if (!context.of(attestedKeys).asked.includes(slot)) return [];
  const read = ({ attestation }: ShownKey): void => {
    shown.attestation = attestation;
  };
  return [call('key.attest', { slot }, { read })];
}

/**
 * Requires that the vendor of the device attests a key that has just signed, if it has to.
 *
 * @throws CardwrightError an error of `attestationFailure`
 */
export async function requireAttested(
  context: OperationContext,
  slot: Slot,
  key: CardKey,
  { attestation }: ShownKey,
): Promise<void> {
  if (!isToAttest(context, slot)) return;
  const { info, ownDevice } = context;
  const { identity, firmware } = ownDevice.row;
  const { attestationRoots: roots, attestationIntermediates: intermediates } = trustOf(context);
  const verdict = await checkAttestation(
    attestation && {
      certificate: decodeBytes(attestation.certificate),
      intermediate: decodeBytes(attestation.intermediate),
    },
    { slot, key, serial: info.serial },
    { roots, intermediates },
  );
  if (verdict.kind === 'not-proved') throw attestationFailure(verdict.reason);
  if (identity === null || verdict.device.rootFingerprint !== vendorOf(identity))
    throw attestationFailure('attested-vendor-differs');
  if (verdict.device.firmware !== firmware) throw attestationFailure('attested-firmware-differs');
  context.keep(attestedKeys, { seen: [...context.of(attestedKeys).seen, slot] });
}
