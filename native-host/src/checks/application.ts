import type { ErrorCode } from '@cardwright/protocol';
import type { DeviceInfo, RetryStatus } from '@cardwright/protocol/devices';
import { defineCheck, failed, passed, skipped, type Check, type CheckContext, type Finding } from './check.js';
import { isChangedByMinidriver } from './minidriver.js';

/** Checks the applications of each card that can be opened. */
export const applications = ofReadyDevices('application', 'Applications', (device, name) => {
  const { applications: found, certificates } = device;
  const detail = `${name}: ${found.join(', ').toUpperCase()}, ${certificatesInWords(certificates)}`;
  return isChangedByMinidriver(device)
    ? failed('application', 'CHANGED_BY_MINIDRIVER', detail)
    : passed('application', `${detail}, ${managementKeyInWords(device)}`);
});

/** Checks the PIN of each card without spending a try. */
export const pins = ofReadyDevices('pin', 'PIN', ({ pin }, name) => secret('pin', 'PIN_BLOCKED', pin, name));

/** Checks the PUK of each card that reports its state. */
export const puks = ofReadyDevices('puk', 'PUK', (device, name) =>
  isChangedByMinidriver(device)
    ? skipped('puk', `${name}: another driver has blocked it`)
    : secret('puk', 'PUK_BLOCKED', device.puk, name),
);

function ofReadyDevices(id: string, title: string, find: (device: DeviceInfo, name: string) => Finding): Check {
  return defineCheck({
    id,
    title,
    audience: 'everyone',
    run: ({ look }: CheckContext) =>
      'error' in look
        ? []
        : look.listing.devices
            .filter(({ state }) => state === 'ready')
            .map((device) => find(device, shortNameOf(device))),
  });
}

const shortNameOf = ({ modelName, serial, reader }: DeviceInfo): string =>
  serial === null ? `${modelName} in ${reader}` : `${modelName} ${serial}`;

function secret(id: string, blocked: ErrorCode, status: RetryStatus | null, name: string): Finding {
  if (status === null) return passed(id, `${name}: the card does not tell`);
  if (status.blocked) return failed(id, blocked, `${name}: blocked`);
  const { retriesLeft, isDefault } = status;
  const left =
    retriesLeft === null ? 'tries left are not told' : `${retriesLeft} ${retriesLeft === 1 ? 'try' : 'tries'} left`;
  return passed(id, `${name}: ${left}${isDefault ? ', factory value' : ''}`);
}

const certificatesInWords = (slots: DeviceInfo['certificates']): string =>
  slots.length === 0 ? 'no certificates' : `certificates in ${slots.join(', ')}`;

function managementKeyInWords({ managementKey }: DeviceInfo): string {
  if (managementKey === null) return 'the card does not tell of its management key';
  const { algorithm, isDefault } = managementKey;
  const origin = isDefault === null ? '' : isDefault ? ", the factory's" : ', of its own';
  return `management key ${algorithm}${origin}`;
}
