import { html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { MyDevice } from '../api.js';
import { text } from '../text.js';
import { ownNameOf } from './own-name.js';
import { QuestionDialog, type Question, type QuestionWords } from './question-dialog.js';

/** The passkey that the user wants to remove. */
interface PasskeyQuestion extends Question {
  readonly device: MyDevice;
  readonly passkey: MyDevice['passkeys'][number];
}

/** Asks before a passkey is removed, and says what stops working. */
@customElement('portal-remove-passkey-dialog')
export class RemovePasskeyDialog extends QuestionDialog<PasskeyQuestion> {
  protected override wordsOf({ device, passkey: { title } }: PasskeyQuestion): QuestionWords {
    const words = text.removePasskey;
    const isLast = device.passkeys.length === 1;
    return {
      title: words.title(title),
      consequences: html`<p>${words.consequence(title, ownNameOf(device))}</p>
        <p>${words.steps}</p>
        ${isLast ? html`<p>${words.last}</p>` : nothing}`,
      cancel: words.cancel,
      confirm: words.label,
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-remove-passkey-dialog': RemovePasskeyDialog;
  }
}
