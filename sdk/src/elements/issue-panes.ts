import { html, nothing, type TemplateResult } from 'lit';
import type { OperationStatus } from '../operation.js';
import { windowIllustration } from './icons.js';
import { lostWindow, title } from './pane-parts.js';
import { isErasing, pinsOf, stepOf, taskOf, type Pane } from './pane.js';
import { passkeyPane } from './passkey-pane.js';
import './stall-clock.js';
import type { Text } from './text.js';

type IssuePane = Extract<Pane, { name: 'issue' }>;

/** What stands in the wizard while a device is issued: how far it is, or what its user has to do. */
export function issuePane(text: Text, pane: IssuePane, isWindowLost: boolean): TemplateResult {
  const task = taskOf(pane);
  if (task === 'erase') return erasePane(text, isWindowLost);
  if (task !== null) return passkeyPane(text, pane, task, isWindowLost);
  return stepOf(pane) === 'pin' && pane.status
    ? pinPane(text, pane, pane.status, isWindowLost)
    : progressPane(text, pane.status);
}

/** The same in a few words, for a screen reader while the focus stays where it is. */
export function announceIssuance(text: Text, pane: IssuePane): string {
  if (!pane.status) return '';
  const task = taskOf(pane);
  if (task !== null) return task === 'erase' ? text.eraseWindowTitle : text.passkeyTasks[task].title;
  if (stepOf(pane) !== 'pin' || pane.status.absence) return activity(text, pane.status);
  return isActivating(pane.status) ? text.activating : text.pinTitle;
}

function progressPane(text: Text, status: OperationStatus | null): TemplateResult {
  const progress = Math.round(status?.progress ?? 0);
  return html`<div class="centred">
    ${title(text.issuing, text.issuingHint)}
    <div
      class="bar"
      role="progressbar"
      aria-label=${text.issuing}
      aria-valuenow=${progress}
      aria-valuemin="0"
      aria-valuemax="100"
    >
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width=${Math.max(progress, 2)} height="1" />
      </svg>
    </div>
    <p class="phase"><span>${activity(text, status)}</span><span class="muted">${text.percent(progress)}</span></p>
    <cardwright-stall-clock
      .text=${text}
      mark="${status?.phase?.name} ${progress} ${status?.turn}"
    ></cardwright-stall-clock>
  </div>`;
}

/** What is happening, in one line: in the CMS's words once it has answered. */
function activity(text: Text, status: OperationStatus | null): string {
  if (status?.absence) return text.absences[status.absence];
  if (isErasing(status)) return text.erasing;
  return status?.turn === 'waiting' ? text.waitingForHolder : (status?.phase?.text ?? text.opening);
}

/** While the extension's window asks whether everything on the device may be erased. */
const erasePane = (text: Text, isWindowLost: boolean): TemplateResult =>
  html`<div class="centred">
    ${windowIllustration('erase')}${title(text.eraseWindowTitle, text.eraseWindowHint)}${lostWindow(text, isWindowLost)}
  </div>`;

/** While the user types the PIN in the extension's window, and afterwards while the CMS makes the device active. */
function pinPane(text: Text, pane: IssuePane, status: OperationStatus, isWindowLost: boolean): TemplateResult {
  const { turn, absence } = status;
  const use = { both: text.pinIsForTheRest, shared: text.pinIsForAll, device: null, fido: null }[pinsOf(pane)];
  if (isActivating(status))
    return html`<div class="centred">
      <span class="spinner large" aria-hidden="true"></span>${title(text.activating, text.activatingHint)}
      ${absence ? html`<p class="notice">${text.absences[absence]}</p>` : nothing}
    </div>`;
  return html`<div class="centred">
    ${windowIllustration('pin')}
    ${title(text.pinTitle, turn === 'user' ? text.pinHint : `${text.pinPreparing} ${text.pinHint}`)}
    ${use === null ? nothing : html`<p class="hint muted">${use}</p>`} ${lostWindow(text, isWindowLost)}
  </div>`;
}

/** Whether the user has nothing left to do. */
const isActivating = ({ turn, hasAnswered }: OperationStatus): boolean =>
  turn === 'cms' || (turn === 'card' && hasAnswered === true);
