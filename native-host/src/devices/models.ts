import type { DeviceModel } from '@cardwright/protocol/policy';
import { models } from '@cardwright/words/en/dialogs/models';
import type { CardApplications } from './card-applications.js';

/** A kind of device: its key in device policies, its name for users, and the characters that its PIN may contain. */
export interface Model {
  /** Key in device policies. */
  readonly key: DeviceModel | 'unknown';
  readonly name: string;
  /** Set when the card accepts only digits as a PIN. */
  readonly pinDigitsOnly: boolean;
}

export const UNKNOWN_MODEL: Model = { key: 'unknown', name: models.unknown, pinDigitsOnly: true };

const YUBIKEY: Model = { key: 'yubikey', name: models.yubikey, pinDigitsOnly: false };
/** A PIV card without Yubico's extensions. Its PIN consists of the digits 0 to 9 (SP 800-73-4 Part 2, 2.4.3). */
const PLAIN_PIV: Model = { key: 'piv', name: models.piv, pinDigitsOnly: true };

/** A device without PIV. */
const SECURITY_KEY: Model = { key: 'fido2', name: models.fido2, pinDigitsOnly: true };

/** Determines the model of a device by its PIV application. Only Yubico's application answers GET VERSION. */
export function modelOf({ piv }: Pick<CardApplications, 'piv'>): Model {
  if (!piv) return SECURITY_KEY;
  return piv.version ? YUBIKEY : PLAIN_PIV;
}
