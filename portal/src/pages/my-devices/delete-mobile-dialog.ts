import { html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { MyDevice } from '../api.js';
import { text } from '../text.js';
import { ownNameOf } from './own-name.js';
import { QuestionDialog, type Question, type QuestionWords } from './question-dialog.js';

/** The device that the user wants to delete. */
interface DeletionQuestion extends Question {
  readonly device: MyDevice;
}

/** Asks before a mobile device is deleted, and explains the consequences. */
@customElement('portal-delete-mobile-dialog')
export class DeleteMobileDialog extends QuestionDialog<DeletionQuestion> {
  protected override wordsOf({ device }: DeletionQuestion): QuestionWords {
    const { serial, certificates } = device;
    const words = text.deleteMobile;
    const isEncrypted = certificates.some(({ slot, status }) => slot === 'phone-encryption' && status !== 'revoked');
    return {
      title: words.title(ownNameOf(device)),
      consequences: html`${serial === null ? nothing : html`<p class="muted">${text.serialNumber} ${serial}</p>`}
        <p>${words.consequence}</p>
        <p>${words.profile}</p>
        ${isEncrypted ? html`<p>${words.encrypted}</p>` : nothing}`,
      cancel: words.cancel,
      confirm: words.label,
    };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-delete-mobile-dialog': DeleteMobileDialog;
  }
}
