import type { DeviceInfo } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import type { JudgedDevice } from './judged-device.js';

/** A card, as the CMS identifies it: by its serial number or the GUID of its CHUID. `model` is the key of its model in device policies. */
export interface Preference {
  readonly serial: string | null;
  readonly guid: string | null;
  readonly model: string;
}

export const wantedDevice = v.strictObject({
  serial: v.nullable(v.string()),
  guid: v.nullable(v.string()),
  model: v.string(),
  /** Name of the model, to show to the user; null if the wizard has not seen the card yet. */
  modelName: v.nullable(v.string()),
  /** Name of the reader in which the card was last seen; null if the wizard has not seen the card yet. */
  reader: v.nullable(v.string()),
  /** Set once the CMS has a record of the card. A card without a serial number may have another GUID by then. */
  isBegun: v.boolean(),
  /** Set if the user has chosen this card although it will be erased. */
  isErasable: v.boolean(),
});

/** The one card with which the wizard continues. */
export type WantedDevice = v.InferOutput<typeof wantedDevice>;

/** Returns the wanted card for a card that is known only from the CMS. */
export const wantPreferred = ({ serial, guid, model }: Preference): WantedDevice => ({
  serial,
  guid,
  model,
  modelName: null,
  reader: null,
  isBegun: false,
  isErasable: false,
});

/** Returns the wanted card for a card that the wizard has taken, so that the wizard finds this card again. */
export const wantAgain = (
  { serial, guid, model, modelName, reader }: DeviceInfo,
  isErasable: boolean,
): WantedDevice => ({
  serial,
  guid,
  model,
  modelName,
  reader,
  isBegun: false,
  isErasable,
});

/** True for a card that can be recognised only by its reader: a security key with only FIDO that reports no serial number. */
const isNameless = ({ serial, guid, model }: WantedDevice): boolean =>
  model === 'fido2' && serial === null && guid === null;

/**
 * True if the wanted card is connected, whatever the CMS's verdict on it. The card is recognised by its serial number or GUID. A security key
 * that has neither is recognised by its model and reader.
 */
export const isAmong = (wanted: WantedDevice, devices: readonly JudgedDevice[]): boolean => {
  const { serial, guid, model, reader } = wanted;
  return devices.some(({ device }) => {
    if (device.model !== model) return false;
    if (isNameless(wanted)) return device.serial === null && device.reader === reader;
    return serial === null ? guid !== null && device.guid === guid : device.serial === serial;
  });
};

/** Returns the wanted card among the cards that can be taken; undefined if the wanted card is not among them, or cannot be told from another card. */
export function findWanted(wanted: WantedDevice, devices: readonly JudgedDevice[]): JudgedDevice | undefined {
  const ofModel = devices.filter(({ device, action }) => action !== null && device.model === wanted.model);
  if (wanted.serial !== null) return ofModel.find(({ device }) => device.serial === wanted.serial);
  const named = ofModel.find(({ device }) => wanted.guid !== null && device.guid === wanted.guid);
  if (named) return named;
  const nameless = ofModel.filter(({ device }) => device.serial === null);
  const isAsBefore = ({ device }: JudgedDevice): boolean =>
    (!wanted.isBegun || isNameless(wanted)) && device.guid === wanted.guid && device.reader === wanted.reader;
  // If the CMS has written a new GUID to the card, only the CMS recognises it, by its verdict "continue".
  const again = nameless.filter((judged) => judged.action === 'continue' || isAsBefore(judged));
  return again.length === 1 ? again[0] : undefined;
}
