import type { DeviceInfo } from '@cardwright/protocol/devices';
import { element, icon } from './element.js';
import { t } from './text.js';

/** Shows a device: its model, and a mark that distinguishes it from other devices of the same model. */
export function showDevice(line: HTMLElement, device: DeviceInfo): void {
  line.replaceChildren(
    icon('card'),
    element('span', {}, element('strong', {}, nameOf(device)), element('span', { class: 'quiet' }, mark(device))),
  );
}

/**
 * Shows a device of which only the id is known, because it may not be connected here.
 *
 * @param owner name of the device's owner; null if unknown
 */
export function showDeviceId(line: HTMLElement, id: string, owner: string | null): void {
  const named = owner === null ? [] : [element('span', { class: 'quiet' }, t('device_owner', owner))];
  line.replaceChildren(icon('card'), element('span', {}, element('strong', {}, markOfId(id)), ...named));
}

/**
 * Returns the name of the model in the user's language. For a model that this version of the extension does not know, returns the name that
 * the host gives.
 */
const nameOf = ({ model, modelName }: DeviceInfo): string => t(`model_${model}`) || modelName;

const mark = ({ serial, guid, reader }: DeviceInfo): string =>
  serial !== null ? t('device_serial', serial) : guid !== null ? t('device_guid', guid) : reader;

/**
 * Returns the mark for a device id that the host made. An id that begins with `serial:` or `guid:` names the device itself. Any other id names
 * its reader, and is shown unchanged.
 */
function markOfId(id: string): string {
  const [, kind, value] = /^(serial|guid):(.+)$/.exec(id) ?? [];
  return kind !== undefined && value !== undefined ? t(`device_${kind}`, value) : id;
}
