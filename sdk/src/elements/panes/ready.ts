import type { DeviceUse } from '@cardwright/protocol/cms';
import { html, nothing, type TemplateResult } from 'lit';
import '../auto-close.js';
import { primary } from '../footer-buttons.js';
import { readyIllustration } from '../icons.js';
import type { PaneDefinition } from '../pane-definition.js';
import { title } from '../pane-parts.js';
import { pinsOf, type RunFacts } from '../run-facts.js';
import { nameOfModel, type Text } from '../text.js';

/** Shows that the operation is done. The dialog closes by itself after some seconds. */
export interface ReadyPane extends Pick<RunFacts, 'device' | 'passkeys'> {
  readonly name: 'ready';
  /** Set if the device was issued. The pane then shows what the device can be used for, and which PIN is for what. */
  readonly isNew: boolean;
  readonly uses: readonly DeviceUse[];
}

export const readyPane: PaneDefinition<ReadyPane> = {
  step: 'pin',
  content: (pane, { text, words }) => {
    const services = pane.passkeys.map(({ service }) => service);
    const uses = [
      ...(words.readyHint === '' ? [] : [words.readyHint]),
      ...(pane.isNew && pane.uses.length > 0 ? [text.readyUses(pane.uses)] : []),
      ...(services.length === 0 ? [] : [text.readyPasskeys(services)]),
    ];
    return html`<div class="centred">
      ${readyIllustration(pane.device)}${title(words.readyTitle(nameOfModel(text, pane.device)), uses.join(' '))}
      ${pane.isNew ? reminder(text, pane) : nothing}
      <cardwright-auto-close></cardwright-auto-close>
    </div>`;
  },
  buttons: (_pane, { text, actions }) => [primary('done', text.finish, actions.cancel)],
};

/** Renders a reminder of what each PIN is for. */
function reminder(text: Text, pane: ReadyPane): TemplateResult {
  const words = {
    device: text.rememberPin,
    shared: text.rememberPin,
    fido: text.rememberFidoPin,
    both: text.rememberBothPins,
  };
  return html`<p class="reminder">${words[pinsOf(pane)]}</p>`;
}
