import { html, nothing, type TemplateResult } from 'lit';
import { windowIllustration } from '../icons.js';
import { touchIllustration } from '../key-illustrations.js';
import { lostWindow, sentencesOf, title } from '../pane-parts.js';
import type { MobileText } from './mobile-text.js';
import { proofTaskOf, type MobilePane, type ProofPane } from './mobile-pane.js';

/** The contents of the panes in which users prove their identity. */

type PasswordPane = Extract<MobilePane, { readonly name: 'password' }>;
type ProvePane = Extract<ProofPane, { readonly name: 'prove' }>;

/** Renders the form for the user's password. `submit` receives the typed password. */
export function passwordPane(
  text: MobileText,
  { isSent, refusal }: PasswordPane,
  submit: (password: string) => void,
): TemplateResult {
  const { passwordTitle, passwordHint, password } = text.mobile;
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { target } = event;
    const typed = target instanceof HTMLFormElement ? new FormData(target).get('password') : null;
    if (typeof typed === 'string' && !isSent) submit(typed);
  };
  return html`${title(passwordTitle, passwordHint)}
    <form id="password-form" @submit=${onSubmit}>
      <label for="password">${password}</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        maxlength="200"
        ?readonly=${isSent}
        aria-invalid=${refusal !== null}
        aria-describedby="password-refusal"
      />
      <p id="password-refusal" class="refusal" role="alert">${refusal ? sentencesOf(text, refusal) : nothing}</p>
    </form>`;
}

/** Renders what the user has to do while the device proves the user's identity. */
export function provePane(text: MobileText, pane: ProvePane, isWindowLost: boolean): TemplateResult {
  const { proveTitle, proveHint, provePinTitle, provePinHint } = text.mobile;
  switch (proofTaskOf(pane)) {
    case 'pin':
      return html`<div class="centred">
        ${windowIllustration('pin')}${title(provePinTitle, provePinHint)}${lostWindow(text, isWindowLost)}
      </div>`;
    case 'touch': {
      const { touch } = text.passkeyTasks;
      return html`<div class="centred">${touchIllustration}${title(touch.title, touch.hint())}</div>`;
    }
    case 'wait': {
      const delay = whyItWaits(text, pane);
      return html`<div class="centred">
        <span class="spinner large" aria-hidden="true"></span>${title(proveTitle, proveHint)}
        <div role="status">${delay === null ? nothing : html`<p class="notice">${delay}</p>`}</div>
      </div>`;
    }
  }
}

function whyItWaits(text: MobileText, { status }: ProvePane): string | null {
  if (status?.absence) return text.absences[status.absence];
  return status?.turn === 'waiting' ? text.waitingForHolder : null;
}
