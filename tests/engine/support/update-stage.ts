import { changePin, proveOwner, renew, unlock, update } from '@cardwright/cms';
import { mendableDifferences } from '@cardwright/cms/devices';
import { readDevicePolicy } from '@cardwright/cms/policies';
import { NEW_KEY_SLOTS } from './new-key-stage.js';
import { ToyStage, type ToyOptions } from './toy-stage.js';

/** Opens a stage with Ada's active device, which is as its policy wants it. Its certificates are good for long. */
export const updateStage = ({ policy, ...options }: ToyOptions = {}): Promise<ToyStage> =>
  ToyStage.issued({
    operations: [renew, update, changePin, unlock, proveOwner],
    ...options,
    policy: { slots: NEW_KEY_SLOTS, ...policy },
  });

/** Finds what an update can still mend, by the rows and the policy of this moment. */
export async function differencesLeft({ store, device, card }: ToyStage) {
  if (!device) throw new Error('there is no device');
  const row = await store.transaction((transaction) => transaction.findPolicy(card.model));
  if (!row) throw new Error('the model has no policy');
  const certificates = store
    .contents()
    .certificates.filter(
      ({ revocationReason, pendingRenewal }) =>
        (revocationReason === null || revocationReason === 'certificateHold') && pendingRenewal === null,
    );
  return mendableDifferences(device, certificates, readDevicePolicy(row));
}

/** True if Ada is offered an update of her device. */
export async function isUpdateOffered(stage: ToyStage): Promise<boolean> {
  const { store, device, card, cms } = stage;
  if (!device) throw new Error('there is no device');
  const row = await store.transaction((transaction) => transaction.findPolicy(card.model));
  const certificates = store
    .contents()
    .certificates.filter(
      ({ revocationReason, pendingRenewal }) => revocationReason === null && pendingRenewal === null,
    );
  const holdings = { certificates, passkeys: [], policy: row && readDevicePolicy(row), asked: [] };
  return cms.offeredFor(device, holdings).includes('update');
}
