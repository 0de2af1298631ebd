import type { OperationStatus } from '../operation.js';

/**
 * What the user does for a passkey:
 *
 * - `choose-fido-pin`, `enter-fido-pin`: in a window of the extension;
 * - `reset-fido`: says in a window of the extension whether the FIDO application may be reset;
 * - `browser`: follows the dialog of the browser or the system;
 * - `temporary-pin`: the same, with a PIN that a window of the extension shows;
 * - `touch`, `reinsert`: touches the device, or takes it out and puts it in again.
 */
export type PasskeyTask =
  'choose-fido-pin' | 'enter-fido-pin' | 'reset-fido' | 'browser' | 'temporary-pin' | 'touch' | 'reinsert';

/** What the user is asked to do now; null where that has nothing to do with a passkey. */
export function passkeyTaskOf(status: OperationStatus | null): PasskeyTask | null {
  if (status?.turn === 'touch' || status?.turn === 'reinsert') return status.turn;
  if (status?.turn !== 'user') return null;
  switch (status.method) {
    case 'fido.setPin':
    case 'fido.changePin':
      return 'choose-fido-pin';
    case 'fido.reset':
      return 'reset-fido';
    case 'fido.deleteCredential':
      return 'enter-fido-pin';
    case 'fido.createCredential':
      if (status.passkey === undefined || status.passkey.way === 'host') return 'enter-fido-pin';
      return status.passkey.pin === 'shared' ? 'temporary-pin' : 'browser';
    default:
      return null;
  }
}
