import { html, nothing } from 'lit';
import { isPukSpent } from '../erasing.js';
import { primary, secondary } from '../footer-buttons.js';
import { connectIllustration } from '../icons.js';
import type { JudgedDevice } from '../judged-device.js';
import type { PaneDefinition, SearchView } from '../pane-definition.js';
import { title } from '../pane-parts.js';
import { isPinBlocked } from '../unlocking.js';
import type { WantedDevice } from '../wanted-device.js';
import { announceDevices, nameWanted, refusedDevices } from './found-devices.js';

/** Asks the user to connect a device, because no usable device is connected. The wizard continues by itself when a usable device is connected. */
export interface ConnectPane {
  readonly name: 'connect';
  readonly hasReader: boolean;
  readonly devices: readonly JudgedDevice[];
  /** The device with which the wizard would continue, and which is not connected; null if there is no such device. */
  readonly wanted: WantedDevice | null;
}

export const connectPane: PaneDefinition<ConnectPane, SearchView> = {
  step: 'device',
  canRefresh: true,
  content: ({ wanted, hasReader, devices }, view) => {
    const { text, search } = view;
    return html`<div class="centred">
        ${devices.length === 0 ? connectIllustration : nothing}
        ${
          wanted
            ? title(text.connectWantedTitle, text.connectWantedHint)
            : title(search.connectTitle, search.connectHint)
        }
        ${wanted ? html`<p class="wanted">${nameWanted(text, wanted)}</p>` : nothing}
        ${hasReader ? nothing : html`<p class="notice" role="status">${text.noReader}</p>`}
      </div>
      ${refusedDevices(devices, view)}`;
  },
  buttons: ({ devices }, { text, actions: { cancel, unlock, erase } }) => {
    const refused = devices.filter(({ action }) => action === null).map(({ device }) => device);
    const blocked = refused.find(isPinBlocked);
    const spent = refused.find(isPukSpent);
    return [
      secondary('cancel', text.cancel, cancel),
      ...(unlock && blocked ? [primary('unlock', text.setNewPin, () => unlock(blocked))] : []),
      ...(erase && spent ? [primary('erase', text.eraseIt, () => erase(spent))] : []),
    ];
  },
  announcement: ({ devices }, view) => announceDevices(devices, view),
};
