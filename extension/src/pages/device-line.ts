import type { DeviceInfo } from '@cardwright/protocol/devices';
import { element, icon } from './element.js';
import { t } from './text.js';

/** Shows a device: its model, and a mark that distinguishes it from others of that model. */
export function showDevice(line: HTMLElement, device: DeviceInfo): void {
  line.replaceChildren(
    icon('card'),
    element('span', {}, element('strong', {}, nameOf(device)), element('span', { class: 'quiet' }, mark(device))),
  );
}

/**
 * Shows a device of which only the id is known, because it may be elsewhere.
 *
 * @param owner the name of its owner; null if unknown
 */
export function showDeviceId(line: HTMLElement, id: string, owner: string | null): void {
  const named = owner === null ? [] : [element('span', { class: 'quiet' }, t('device_owner', owner))];
  line.replaceChildren(icon('card'), element('span', {}, element('strong', {}, markOfId(id)), ...named));
}

/** The model in the reader's language; the host's own name of one that this version does not know. */
const nameOf = ({ model, modelName }: DeviceInfo): string => t(`model_${model}`) || modelName;

const mark = ({ serial, guid, reader }: DeviceInfo): string =>
  serial !== null ? t('device_serial', serial) : guid !== null ? t('device_guid', guid) : reader;

/** Returns the mark in a host's id. The id begins with its kind: `serial:`, `guid:` or a place. */
function markOfId(id: string): string {
  const [, kind, value] = /^(serial|guid):(.+)$/.exec(id) ?? [];
  return kind !== undefined && value !== undefined ? t(`device_${kind}`, value) : id;
}
