import type { ErrorCode } from '@cardwright/protocol';
import type { DeviceInfo, RetryStatus } from '@cardwright/protocol/devices';
import { failed, passed, skipped, type Finding } from './check.js';
import { isChangedByMinidriver } from './minidriver.js';
import { attemptsInWords, ofReadyDevices } from './ready-devices.js';

/**
 * Reports the applications of each device that can be opened, and finds factory-fresh cards on which Yubico's minidriver has blocked the PUK and
 * changed the management key.
 */
export const applications = ofReadyDevices({
  id: 'application',
  title: 'Applications',
  summary:
    'The applications of each device: PIV with its certificates and its management key, FIDO2 with its versions.',
  find(device, name) {
    const { fido2, certificates } = device;
    const facts = [
      ...(hasPiv(device) ? ['PIV', certificatesInWords(certificates)] : []),
      ...(hasPiv(device) && !isChangedByMinidriver(device) ? [managementKeyInWords(device)] : []),
      ...(fido2 ? [`FIDO2 (${fido2.versions.join(', ')})`] : []),
    ];
    const detail = `${name}: ${facts.join(', ')}`;
    return isChangedByMinidriver(device)
      ? failed('application', 'CHANGED_BY_MINIDRIVER', detail)
      : passed('application', detail);
  },
});

const hasPiv = ({ applications: found }: DeviceInfo): boolean => found.includes('piv');

/** Checks the PIN of each PIV application without spending an attempt. */
export const pins = ofReadyDevices({
  id: 'pin',
  title: 'Device PIN',
  summary: "The PIN of PIV: the attempts left, whether it is blocked, and whether it is the factory's.",
  concerns: hasPiv,
  find: ({ pin }, name) => secret('pin', 'PIN_BLOCKED', pin, name),
});

/** Checks the PUK of each PIV application without spending an attempt. Skips a card whose PUK Yubico's minidriver has blocked. */
export const puks = ofReadyDevices({
  id: 'puk',
  title: 'PUK',
  summary: 'The PUK of PIV, in the same way.',
  concerns: hasPiv,
  find: (device, name) =>
    isChangedByMinidriver(device)
      ? skipped('puk', `${name}: another driver has blocked it`)
      : secret('puk', 'PUK_BLOCKED', device.puk, name),
});

function secret(id: string, blocked: ErrorCode, status: RetryStatus | null, name: string): Finding {
  if (status === null) return passed(id, `${name}: the card does not report it`);
  if (status.blocked) return failed(id, blocked, `${name}: blocked`);
  const { retriesLeft, isDefault } = status;
  return passed(id, `${name}: ${attemptsInWords(retriesLeft)}${isDefault ? ', factory value' : ''}`);
}

const certificatesInWords = (slots: DeviceInfo['certificates']): string =>
  slots.length === 0 ? 'no certificates' : `certificates in ${slots.join(', ')}`;

function managementKeyInWords({ managementKey }: DeviceInfo): string {
  if (managementKey === null) return 'the card does not report its management key';
  const { algorithm, isDefault } = managementKey;
  const origin = isDefault === null ? '' : isDefault ? ", the factory's" : ', of its own';
  return `management key ${algorithm}${origin}`;
}
