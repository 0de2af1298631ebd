import type { DeviceInfo } from '@cardwright/protocol';
import type { CardAppearance } from '../store/store.js';

/**
 * How a running operation's card is recognised while the device has no row. Page and host say it, so it finds a person's own
 * operation again, and proves nothing.
 */
export function cardHintOf({ id, model, serial, guid }: Pick<DeviceInfo, 'id' | 'model' | 'serial' | 'guid'>): string {
  if (serial !== null) return `serial:${model} ${serial}`;
  return guid === null ? `place:${id}` : `guid:${guid}`;
}

/** What a card shows of itself, as a store is asked for it. */
export const appearanceOf = (info: DeviceInfo): CardAppearance => ({
  model: info.model,
  serial: info.serial,
  guid: info.guid,
  cardHint: cardHintOf(info),
});
