import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { CardAppearance } from '../store/store.js';

/**
 * Makes the text by which a running operation's card is recognised while the operation has no device (`Operation.cardHint`). The text consists
 * of claims by page and host, so it finds a person's own operation again, but proves nothing.
 */
export function cardHintOf({ id, model, serial, guid }: Pick<DeviceInfo, 'id' | 'model' | 'serial' | 'guid'>): string {
  if (serial !== null) return `serial:${model} ${serial}`;
  return guid === null ? `place:${id}` : `guid:${guid}`;
}

/** Returns the reported features of a card, by which `Transaction.survey` finds its records. */
export const appearanceOf = (info: DeviceInfo): CardAppearance => ({
  model: info.model,
  serial: info.serial,
  guid: info.guid,
  cardHint: cardHintOf(info),
});
