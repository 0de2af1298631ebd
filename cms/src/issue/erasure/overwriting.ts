import { CardwrightError } from '@cardwright/protocol';
import { deviceProof, expectFormerKey, keyProofStep } from '../../card-secrets/device-proof.js';
import { keptPuks } from '../../card-secrets/puk.js';
import { PROOF_SLOT } from '../../card-secrets/vendor-proof.js';
import { confirmStep } from '../../erase/confirmation.js';
import { erasing } from '../../erase/erase-state.js';
import { factoryPinsStep, hasFactoryPuk, pukInUseStep } from '../../erase/factory-pins.js';
import { otherPinSteps } from '../../erase/other-pin.js';
import {
  overwriteStep,
  readBackStep,
  requireOpenValues,
  slotsToOverwrite,
  witnessStep,
} from '../../erase/overwrite.js';
import type { OperationContext } from '../../operations/context.js';
import type { Step } from '../../operations/definition.js';
import type { DevicePolicy } from '../../rules/device-policy.js';
import type { Device } from '../../store/rows.js';
import type { ReasonCode } from '../../words/reasons.js';
import { erasure } from '../issue-state.js';
import { continueWithBlank, ERASED } from './erasure.js';
import { formerKey, lastKeyStep, noCertificateStep } from './former-key.js';

/**
 * Begins an issuance that first overwrites a card which cannot reset itself and belongs to nobody any more. The steps are steps of the operation
 * `erase`, and two for the key in slot 9E. Until the card was read back, the operation is attached to the card's former row, whose secrets are kept
 * until then.
 *
 * The new user is not the former owner, and the PUK gives access to what the former owner left on the card. So a card that is not empty first proves,
 * by its certified key in 9E, that it is the released card, and not another card with the same GUID. A card whose issuance broke off before its
 * certificates were complete need not: none of its certificates was ever good, so nothing of a former owner is on it.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` if another operation has the card, if the factory values are confidential, or if the card cannot
 * prove its key
 */
export async function beginOverwriting(context: OperationContext, policy: DevicePolicy, { id }: Device): Promise<void> {
  const { records, info } = context;
  const device = await records.openDevice(id);
  // Another operation may have taken the card since it was judged.
  if (device?.row.state !== 'available' || !keptPuks(device)) throw refusal('being-issued');
  await requireOpenValues(context);
  const former = await records.transaction.latestCertificate(id, PROOF_SLOT);
  const shown = info.certificates.includes(PROOF_SLOT) ? (former?.keyHash ?? null) : null;
  // An empty card with its factory PUK need not prove anything: no secret is sent to such a card, and no secret is dropped.
  const isEmpty = info.certificates.length === 0 && hasFactoryPuk(device);
  const isUnissued = device.row.issuedAt === null;
  if (shown === null && !isEmpty && !isUnissued) throw refusal('used-for-good');
  context.attach(device, { cardHint: null });
  if (shown !== null) expectFormerKey(context, shown);
  const all = slotsToOverwrite(policy, info, [{ slot: PROOF_SLOT }]);
  context.keep(formerKey, { algorithm: all.find(({ slot }) => slot === PROOF_SLOT)?.algorithm ?? null });
  const slots = all.filter(({ slot }) => slot !== PROOF_SLOT);
  context.keep(erasing, { way: 'overwrite', slots, arePinsBack: isEmpty, mayBeAnother: shown === null });
}

const refusal = (reason: ReasonCode): CardwrightError => new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason });

/**
 * Ends the overwriting. If the card proved that it is the released card, the secrets of its former row are dropped, because they are useless now. If
 * not, they are kept, because the released card may still need them.
 */
async function settle(context: OperationContext): Promise<void> {
  const { ownDevice, info } = context;
  if (context.of(deviceProof).isGiven) {
    ownDevice.noteErased();
    ownDevice.change({ stateReason: ERASED });
  }
  context.report('device.erased', { model: info.model, serial: info.serial });
  // Keeps the description of the card as it was when it was opened, because the host compares later steps with that description.
  await continueWithBlank(context, info);
}

const STEPS: readonly Step[] = [
  keyProofStep,
  confirmStep,
  witnessStep,
  overwriteStep,
  pukInUseStep,
  ...otherPinSteps,
  factoryPinsStep,
  readBackStep,
  noCertificateStep,
  lastKeyStep(settle),
];

const isOverwriting = (context: OperationContext): boolean =>
  context.of(erasure).isDue && context.of(erasing).way === 'overwrite';

/** The steps of the overwriting. Their names begin with `erase-`, because an issuance has other steps with the names in `STEPS`. */
export const overwritingSteps: readonly Step[] = STEPS.map((step) => ({
  ...step,
  name: `erase-${step.name}`,
  progress: 2,
  slices: [erasure, erasing, deviceProof, ...step.slices],
  needed: (context) => isOverwriting(context) && step.needed(context),
}));
