import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { CardAppearance } from '../store/store.js';

/**
 * Makes the text by which a running operation's card is recognised while the device has no row. It rests on claims of page and host: it
 * finds a person's own operation again, and proves nothing.
 */
export function cardHintOf({ id, model, serial, guid }: Pick<DeviceInfo, 'id' | 'model' | 'serial' | 'guid'>): string {
  if (serial !== null) return `serial:${model} ${serial}`;
  return guid === null ? `place:${id}` : `guid:${guid}`;
}

/** The visible features of a card by which a store is searched. */
export const appearanceOf = (info: DeviceInfo): CardAppearance => ({
  model: info.model,
  serial: info.serial,
  guid: info.guid,
  cardHint: cardHintOf(info),
});
