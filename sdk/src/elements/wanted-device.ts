import type { DeviceInfo } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import type { JudgedDevice } from './judged-device.js';

/** A card, identified by the CMS's data. The model is a key of its device policies. */
export interface Preference {
  readonly serial: string | null;
  readonly guid: string | null;
  readonly model: string;
}

export const wantedDevice = v.strictObject({
  serial: v.nullable(v.string()),
  guid: v.nullable(v.string()),
  model: v.string(),
  /** For the user's eyes; null if the wizard has not seen the card yet. */
  modelName: v.nullable(v.string()),
  /** The reader in which the card was last seen. */
  reader: v.nullable(v.string()),
  /** Set if its issuance has begun. A card without a serial number has another GUID by then. */
  isBegun: v.boolean(),
  /** Set if the user has chosen to erase it. */
  isErasable: v.boolean(),
});

/** The one card with which the user continues. */
export type WantedDevice = v.InferOutput<typeof wantedDevice>;

/** Makes a wanted card that is known only from the CMS. */
export const wantPreferred = ({ serial, guid, model }: Preference): WantedDevice => ({
  serial,
  guid,
  model,
  modelName: null,
  reader: null,
  isBegun: false,
  isErasable: false,
});

/** Makes a wanted card from the one that was taken, to find it again. */
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

/** True for a card that nothing will ever identify: a security key with only FIDO that reports no serial number. */
const isNameless = ({ serial, guid, model }: WantedDevice): boolean =>
  model === 'fido2' && serial === null && guid === null;

/** True if the wanted card is connected, whatever its verdict; false if that is uncertain. */
export const isAmong = (wanted: WantedDevice, devices: readonly JudgedDevice[]): boolean => {
  const { serial, guid, model, reader } = wanted;
  return devices.some(({ device }) => {
    if (device.model !== model) return false;
    if (isNameless(wanted)) return device.serial === null && device.reader === reader;
    return serial === null ? guid !== null && device.guid === guid : device.serial === serial;
  });
};

/** Finds the wanted card among those with a possible action; undefined if it is uncertain. */
export function findWanted(wanted: WantedDevice, devices: readonly JudgedDevice[]): JudgedDevice | undefined {
  const ofModel = devices.filter(({ device, action }) => action !== null && device.model === wanted.model);
  if (wanted.serial !== null) return ofModel.find(({ device }) => device.serial === wanted.serial);
  const named = ofModel.find(({ device }) => wanted.guid !== null && device.guid === wanted.guid);
  if (named) return named;
  const nameless = ofModel.filter(({ device }) => device.serial === null);
  const isAsBefore = ({ device }: JudgedDevice): boolean =>
    (!wanted.isBegun || isNameless(wanted)) && device.guid === wanted.guid && device.reader === wanted.reader;
  // The CMS has written a new GUID on the card, which only the CMS knows. Its verdict is "continue".
  const again = nameless.filter((judged) => judged.action === 'continue' || isAsBefore(judged));
  return again.length === 1 ? again[0] : undefined;
}
