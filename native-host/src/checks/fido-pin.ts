import { isCardwrightError } from '@cardwright/protocol';
import type { FidoFacts } from '@cardwright/protocol/devices';
import type { FidoState } from '../devices/fido-state.js';
import { failed, passed, skipped, type Finding } from './check.js';
import { attemptsInWords, ofReadyDevices } from './ready-devices.js';

const ID = 'fido-pin';

/** Checks the PIN of each FIDO2 application without spending an attempt. */
export const fidoPins = ofReadyDevices({
  id: ID,
  title: 'FIDO PIN',
  summary:
    'The PIN of FIDO2: whether it is set or blocked, the attempts left, its shortest length, and the room for further passkeys.',
  concerns: ({ fido2, model }) => fido2 !== null || model === 'yubikey',
  async find(device, name, { inventory, audience }) {
    const { fido2 } = device;
    if (!fido2) return skipped(ID, `${name}: ${OUT_OF_REACH}`);
    try {
      return findingOf(fido2, await inventory.readFidoState(device, audience === 'doctor'), name);
    } catch (error) {
      return unread(error, name);
    }
  },
});

/** The reason why the facts of a YubiKey may lack the FIDO2 application, which every YubiKey of series 5 has. */
const OUT_OF_REACH =
  'its FIDO2 application is not reached; before firmware 5.8 a YubiKey offers it over USB HID alone, not through a reader';

/** @param listed the facts from the listing, for a device that cannot be asked now */
function findingOf(listed: FidoFacts, state: FidoState | null, name: string): Finding {
  const facts = state?.facts ?? listed;
  const rules = rulesInWords(facts, state);
  if (facts.pinSet === null) return passed(ID, [`${name}: the device takes none`, ...rules].join(', '));
  if (!facts.pinSet) return passed(ID, [`${name}: not set`, ...rules].join(', '));
  if (!state?.retries)
    return skipped(ID, [`${name}: set`, 'not asked while a page uses the device', ...rules].join(', '));
  const { retriesLeft, needsPowerCycle } = state.retries;
  if (retriesLeft === 0) return failed(ID, 'FIDO_PIN_BLOCKED', `${name}: blocked`);
  const detail = [`${name}: set`, attemptsInWords(retriesLeft), ...rules].join(', ');
  return needsPowerCycle ? failed(ID, 'FIDO_PIN_PAUSED', detail) : passed(ID, detail);
}

function rulesInWords({ pinSet, minPinLength, forcePinChange }: FidoFacts, state: FidoState | null): string[] {
  const room = state?.remainingPasskeys ?? null;
  return [
    ...(pinSet === null ? [] : [`at least ${minPinLength} characters`]),
    ...(forcePinChange ? ['to be changed before its next use'] : []),
    ...(room === null ? [] : [`room for ${room} more ${room === 1 ? 'passkey' : 'passkeys'}`]),
  ];
}

function unread(error: unknown, name: string): Finding {
  if (!isCardwrightError(error) || error.code === 'CANCELLED') throw error;
  if (error.code === 'DEVICE_BUSY') return skipped(ID, `${name}: another program is using the device`);
  return failed(ID, error.code, `${name}: ${error.message}`);
}
