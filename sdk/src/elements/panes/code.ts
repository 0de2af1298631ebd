import { isCardwrightError, type CardwrightError } from '@cardwright/protocol';
import { readHelpDesk } from '@cardwright/protocol/policy';
import { html } from 'lit';
import { secondary } from '../footer-buttons.js';
import { helpDeskContact } from '../help-desk-contact.js';
import type { PaneDefinition } from '../pane-definition.js';
import { title } from '../pane-parts.js';
import { triesLeftOf, type Text } from '../text.js';
import type { WantedDevice } from '../wanted-device.js';

/** Asks for the one-time code that the help desk reads out to the user. The operation then starts again with this code. */
export interface CodePane {
  readonly name: 'code';
  readonly wanted: WantedDevice;
  /** The reason why the code is asked for. */
  readonly error: CodeError;
}

/** An error after which the user can enter a code. */
type CodeError = CardwrightError<'CODE_NEEDED'> | CardwrightError<'CODE_INCORRECT'>;

export const isAboutCode = (error: CardwrightError): error is CodeError =>
  isCardwrightError(error, 'CODE_NEEDED') || isCardwrightError(error, 'CODE_INCORRECT');

const FORM = 'code-form';

export const codePane: PaneDefinition<CodePane> = {
  step: 'run',
  focus: 'field',
  content: ({ wanted, error }, { text, support, actions }) => {
    const onSubmit = (event: SubmitEvent): void => {
      event.preventDefault();
      const { target } = event;
      const typed = target instanceof HTMLFormElement ? new FormData(target).get('code') : null;
      // The code is read out and shown in groups, so spaces are removed.
      const code = typeof typed === 'string' ? typed.replace(/\s+/g, '') : '';
      if (code !== '') actions.sendCode(wanted, code);
    };
    const refusal = refusalOf(text, error);
    return html`${title(text.code.title)}
      <p class="hint muted" id="code-hint">${text.code.hint}</p>
      <dl class="help-desk">${helpDeskContact(text, readHelpDesk(support.helpDesk))}</dl>
      <form id=${FORM} @submit=${onSubmit}>
        <label for="one-time-code">${text.code.label}</label>
        <input
          id="one-time-code"
          name="code"
          inputmode="numeric"
          autocomplete="off"
          spellcheck="false"
          required
          maxlength="20"
          aria-invalid=${refusal !== ''}
          aria-describedby="code-refusal code-hint"
        />
        <p class="refusal" id="code-refusal">${refusal}</p>
      </form>`;
  },
  buttons: (_pane, { text, actions }) => [
    secondary('cancel', text.cancel, actions.cancel),
    html`<button type="submit" slot="footer" class="primary" id="send-code" form=${FORM}>${text.next}</button>`,
  ],
  announcement: ({ error }, { text }) => refusalOf(text, error) || text.code.title,
};

function refusalOf(text: Text, error: CodeError): string {
  if (!isCardwrightError(error, 'CODE_INCORRECT')) return '';
  const tries = triesLeftOf(error);
  return tries === null ? text.code.useless : `${text.code.incorrect} ${text.triesLeft(tries)}`;
}
