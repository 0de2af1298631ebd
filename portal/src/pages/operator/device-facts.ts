import type { OperatorDevice } from '../api.js';
import { text } from '../text.js';

/** A device in one line, for a title. */
export const nameOf = (device: OperatorDevice): string => `${device.modelName} of ${device.owner.displayName}`;

/** How a device is told from others: by its serial number, which may be no more than a claim, else by its GUID. */
export const identityOf = ({ serial, serialProved, guid }: OperatorDevice): string =>
  serial === null ? guid : serialProved ? `Serial number ${serial}` : `Serial number ${text.notProved(serial)}`;

export const PROOFS: Readonly<Record<OperatorDevice['proof'], string>> = {
  attested: 'Keys created on device: verified',
  'not-proved': 'Keys created on device: not verified',
};

/** What runs on it; null where it did not say. */
export const versionOf = ({ isPhone, firmware }: OperatorDevice): string | null =>
  firmware === null ? null : `${isPhone ? 'System version' : 'Firmware'} ${firmware}`;

/** What to know about a waiting device, in one line. */
export function noteOn(device: OperatorDevice): string | null {
  const can = (wanted: OperatorDevice['actions'][number]['name']): boolean =>
    device.actions.some(({ name }) => name === wanted);
  switch (device.state) {
    case 'awaiting-approval':
      return can('approve') ? 'Its PIN is set. No vendor vouches for its keys.' : ANOTHER;
    case 'producing':
      if (device.stateReason !== 'APPROVAL_NEEDED') return null;
      if (device.isPukApproved) return 'The factory PUK is approved: the owner can continue.';
      return can('approve-puk') ? 'The factory PUK is confidential, and the device did not prove what it is.' : ANOTHER;
    case 'active':
      if (device.askedBack !== null) return 'Its owner was asked to give it back.';
      if (device.stateReason !== 'APPROVAL_NEEDED') return null;
      if (device.isPukApproved) return 'A new PIN is approved: the owner can continue.';
      return can('approve-unlock') ? 'Its owner forgot the PIN, and the device can’t prove what it is.' : ANOTHER;
    case 'pending':
      return device.hasInitialPin && !can('activate') ? 'Another operator has to activate it: it is yours.' : null;
    case 'failed':
      return device.declined === null ? null : `Declined: ${device.declined}`;
    default:
      return null;
  }
}

const ANOTHER = 'Another operator has to approve it: it is yours.';
