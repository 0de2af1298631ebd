import { html, nothing } from 'lit';
import type { OperationProgress } from '../../operation.js';
import { windowIllustration } from '../icons.js';
import type { PaneDefinition } from '../pane-definition.js';
import { lostWindow, title } from '../pane-parts.js';
import { pinsOf, type RunFacts } from '../run-facts.js';

/** Shown while only the PIN is left (`PIN_PHASE`): the user chooses the PIN in the extension's window, and then the operation finishes by itself. */
export interface PinPane extends RunFacts {
  readonly name: 'pin';
  readonly status: OperationProgress;
}

export const pinPane: PaneDefinition<PinPane> = {
  step: 'pin',
  content: (pane, { text, words, isWindowLost }) => {
    const { turn, absence } = pane.status;
    if (isFinishing(pane.status))
      return html`<div class="centred">
        <span class="spinner large" aria-hidden="true"></span>${title(words.finishing, words.finishingHint)}
        ${absence ? html`<p class="notice">${text.absences[absence]}</p>` : nothing}
      </div>`;
    const use = { both: text.pinIsForTheRest, shared: text.pinIsForAll, device: null, fido: null }[pinsOf(pane)];
    return html`<div class="centred">
      ${windowIllustration('pin')}
      ${title(words.pinTitle, turn === 'user' ? words.pinHint : `${text.pinPreparing} ${words.pinHint}`)}
      ${use === null ? nothing : html`<p class="hint muted">${use}</p>`} ${lostWindow(text, isWindowLost)}
    </div>`;
  },
  announcement: ({ status }, { text, words }) => {
    if (status.absence) return text.absences[status.absence];
    return isFinishing(status) ? words.finishing : words.pinTitle;
  },
  window: ({ status }) => (status.turn === 'user' ? 'pin' : null),
};

/** True if the user has chosen the PIN and has nothing left to do. */
const isFinishing = ({ turn, hasAnswered }: OperationProgress): boolean =>
  turn === 'cms' || (turn === 'card' && hasAnswered === true);
