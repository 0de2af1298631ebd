import { SLOTS } from '@cardwright/protocol';
import { record } from '../../audit.js';
import { supersede } from '../../devices/devices.js';
import { forgetGivenBack } from '../../devices/given-back.js';
import type { OperationContext } from '../operation-kind.js';
import type { IssueState } from './issue-state.js';

/**
 * What follows when a card has proved its factory key. Where it can change that key, ours is what it gets before anything
 * else; so nothing of ours is on it, and whatever was before is erased: the certificates of keys that are gone are not to be
 * written to it again.
 */
export async function noteFactoryState({ db, device, operation }: OperationContext, { device: card }: IssueState) {
  if (!card.capabilities.changeManagementKey) return;
  await forgetGivenBack(db, card);
  if (!device) return;
  for (const { slot, serialNumber } of await supersede(db, device.id, SLOTS))
    await record(db, {
      actor: 'portal',
      event: 'certificate.superseded',
      deviceId: device.id,
      operationId: operation.id,
      detail: { slot, serialNumber },
    });
}
