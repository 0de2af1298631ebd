import type { CardKind, Drawing } from '@cardwright/protocol/devices';
import type { DeviceModel } from '@cardwright/protocol/policy';
import { models } from '@cardwright/words/en/dialogs/models';
import type { CardApplications } from './card-applications.js';

/** A kind of device: its key in device policies, its name and drawing for users, and the characters that its PIN may contain. */
export interface Model {
  /** Key in device policies. */
  readonly key: DeviceModel | 'unknown';
  readonly name: string;
  readonly drawing: Drawing;
  /** Set when the card accepts only digits as a PIN. */
  readonly pinDigitsOnly: boolean;
}

export const UNKNOWN_MODEL: Model = { key: 'unknown', name: models.unknown, drawing: 'card', pinDigitsOnly: true };

/** A device without PIV. */
const SECURITY_KEY: Model = { key: 'fido2', name: models.fido2, drawing: 'key', pinDigitsOnly: true };

/** Determines the model of a device by the kind of its PIV application. */
export function modelOf({ piv }: Pick<CardApplications, 'piv'>): Model {
  return piv ? modelOfKind(piv.kind) : SECURITY_KEY;
}

/** The PIN of a PIV card consists of the digits 0 to 9 (SP 800-73-4 Part 2, 2.4.3). Only a YubiKey is known to take any characters. */
const modelOfKind = ({ model, name, isNamed, drawing }: CardKind): Model => ({
  key: model,
  name: isNamed ? name : models[model],
  drawing,
  pinDigitsOnly: model !== 'yubikey',
});
