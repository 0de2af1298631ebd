import type { OperationProgress } from '../operation.js';

/**
 * The user's task for a passkey:
 *
 * - `choose-fido-pin`, `enter-fido-pin`: choose or enter the FIDO PIN, in a window of the extension;
 * - `reset-fido`: allow the reset of the FIDO application, or refuse it, in a window of the extension;
 * - `browser`: follow the dialog of the browser or the operating system;
 * - `temporary-pin`: follow the same dialog, and enter the PIN that a window of the extension shows;
 * - `touch`, `hold`, `reinsert`: touch the device, touch it for some seconds, or take it out and insert it again.
 */
export type PasskeyTask =
  | 'choose-fido-pin'
  | 'enter-fido-pin'
  | 'reset-fido'
  | 'browser'
  | 'temporary-pin'
  | 'touch'
  | 'hold'
  | 'reinsert';

/** Returns the user's current task for a passkey; null if the user has no such task. */
export function passkeyTaskOf(status: OperationProgress | null): PasskeyTask | null {
  if (status?.turn === 'touch' && status.isLong) return 'hold';
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
