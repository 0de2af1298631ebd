import type { DeviceInfo } from '@cardwright/protocol';
import * as v from 'valibot';
import type { JudgedDevice } from './judged-device.js';

/** A card by what a CMS knows of it; a model is a key of its device policies. */
export interface Preference {
  readonly serial: string | null;
  readonly guid: string | null;
  readonly model: string;
}

export const wantedDevice = v.strictObject({
  serial: v.nullable(v.string()),
  guid: v.nullable(v.string()),
  model: v.string(),
  /** For the user's eyes; null where the wizard has not seen the card yet. */
  modelName: v.nullable(v.string()),
  /** The reader in which it was last seen. */
  reader: v.nullable(v.string()),
  /** Whether its issuance has begun. A card without a serial number has another GUID by then. */
  isBegun: v.boolean(),
  /** Whether the user has chosen to erase it. */
  isErasable: v.boolean(),
});

/** The one card with which the user continues. */
export type WantedDevice = v.InferOutput<typeof wantedDevice>;

/** A card that is known only from the CMS. */
export const wantPreferred = ({ serial, guid, model }: Preference): WantedDevice => ({
  serial,
  guid,
  model,
  modelName: null,
  reader: null,
  isBegun: false,
  isErasable: false,
});

/** The card that was taken, to be found again. */
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

/** Nothing names it, and nothing ever will: a security key with FIDO alone that tells no serial number. */
const isNameless = ({ serial, guid, model }: WantedDevice): boolean =>
  model === 'fido2' && serial === null && guid === null;

/** Whether the wanted card is connected, whatever can be done with it; false where that cannot be told for sure. */
export const isAmong = (wanted: WantedDevice, devices: readonly JudgedDevice[]): boolean => {
  const { serial, guid, model, reader } = wanted;
  return devices.some(({ device }) => {
    if (device.model !== model) return false;
    if (isNameless(wanted)) return device.serial === null && device.reader === reader;
    return serial === null ? guid !== null && device.guid === guid : device.serial === serial;
  });
};

/** The wanted card among those with which the CMS lets the user do something; undefined where it cannot be told for sure. */
export function findWanted(wanted: WantedDevice, devices: readonly JudgedDevice[]): JudgedDevice | undefined {
  const ofModel = devices.filter(({ device, action }) => action !== null && device.model === wanted.model);
  if (wanted.serial !== null) return ofModel.find(({ device }) => device.serial === wanted.serial);
  const named = ofModel.find(({ device }) => wanted.guid !== null && device.guid === wanted.guid);
  if (named) return named;
  const nameless = ofModel.filter(({ device }) => device.serial === null);
  const isAsBefore = ({ device }: JudgedDevice): boolean =>
    (!wanted.isBegun || isNameless(wanted)) && device.guid === wanted.guid && device.reader === wanted.reader;
  // The CMS has written a GUID of its own on it, which only the CMS knows: it says "continue".
  const again = nameless.filter((judged) => judged.action === 'continue' || isAsBefore(judged));
  return again.length === 1 ? again[0] : undefined;
}
