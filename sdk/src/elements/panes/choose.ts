import { html, nothing } from 'lit';
import { primary, secondary } from '../footer-buttons.js';
import type { JudgedDevice } from '../judged-device.js';
import type { PaneDefinition, SearchView } from '../pane-definition.js';
import { title } from '../pane-parts.js';
import type { WantedDevice } from '../wanted-device.js';
import { announceDevices, nameWanted, pickerOf, resumeOf } from './found-devices.js';

/** Lets the user choose among the connected devices. */
export interface ChoosePane {
  readonly name: 'choose';
  readonly devices: readonly JudgedDevice[];
  /** The device with which the wizard would continue, and which is not connected; null if there is no such device. */
  readonly wanted: WantedDevice | null;
}

export const choosePane: PaneDefinition<ChoosePane, SearchView> = {
  step: 'device',
  canRefresh: true,
  content: ({ devices, wanted }, view) => {
    const { text, search, selected } = view;
    const choices = devices.filter(({ action }) => action !== null);
    const isOnlyErasable = choices.every(({ action }) => action === 'erase');
    const hint = isOnlyErasable ? text.eraseHint : choices.length === 1 ? search.chooseOneHint : search.chooseHint;
    return html`${title(search.chooseTitle, hint)}
      ${wanted ? html`<p class="notice" role="status">${text.wantedMissing(nameWanted(text, wanted))}</p>` : nothing}
      ${pickerOf(search.chooseTitle, devices, view)}
      <div role="status">
        ${selected?.action === 'erase' ? html`<p class="notice">${text.eraseAsksAgain}</p>` : nothing}
      </div>`;
  },
  buttons: (_pane, view) => [
    secondary('cancel', view.text.cancel, view.actions.cancel),
    primary('next', nextLabel(view), view.actions.next, view.selected === undefined),
  ],
  announcement: ({ devices }, view) => announceDevices(devices, view),
};

function nextLabel(view: SearchView): string {
  const { text, selected } = view;
  switch (selected?.action) {
    case 'continue':
      return resumeOf(view);
    case 'erase':
      return `${text.eraseAndUse} …`;
    default:
      return text.next;
  }
}
