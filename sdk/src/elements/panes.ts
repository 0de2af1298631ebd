import { html, nothing, type TemplateResult } from 'lit';
import type { OperationStatus } from '../operation.js';
import { checkIcon, clockIcon, connectIllustration, crossIcon, shieldIcon, warningIcon } from './icons.js';
import type { Checks, CheckState } from './pane.js';
import type { Text } from './text.js';

/** The contents of the wizard's panes, without what they do. Each begins with a heading that gets the focus. */

const title = (text: string, hint?: string): TemplateResult =>
  html`<h2 tabindex="-1">${text}</h2>
    ${hint === undefined ? nothing : html`<p class="hint muted">${hint}</p>`}`;

const spinner = html`<span class="spinner" aria-hidden="true"></span>`;

export const checkPane = (text: Text, checks: Checks): TemplateResult =>
  checks.site === 'asking'
    ? allowPane(text, checks)
    : html`${title(text.checking, text.checkingHint)} ${checkList(text, checks)}`;

export const allowPane = (text: Text, checks: Checks): TemplateResult =>
  html`${title(text.allowTitle, text.allowHint)} ${checkList(text, checks)}`;

/** One line for each thing that is needed. What failed is explained by the error pane below. */
export const checkList = (text: Text, { extension, site, host }: Checks): TemplateResult =>
  html`<ul class="checks">
    ${checkLine(text, text.extension, extension)} ${checkLine(text, text.site, site)}
    ${checkLine(text, text.host, host)}
  </ul>`;

function checkLine(text: Text, label: string, state: CheckState): TemplateResult {
  return html`<li class=${state}>
    <span class="mark">${MARKS[state]}</span><span class="label">${label}</span
    ><span class="state">${text.checkStates[state]}</span>
  </li>`;
}

const MARKS: Readonly<Record<CheckState, TemplateResult>> = {
  waiting: clockIcon,
  running: spinner,
  passed: checkIcon,
  needed: shieldIcon,
  asking: spinner,
  failed: crossIcon,
};

export const searchPane = (text: Text): TemplateResult =>
  html`<div class="centred"><span class="spinner large" aria-hidden="true"></span>${title(text.searching)}</div>`;

export const connectPane = (text: Text, hasReader: boolean, refused: TemplateResult | typeof nothing): TemplateResult =>
  html`<div class="centred">
      ${connectIllustration} ${title(text.connectTitle, text.connectHint)}
      ${hasReader ? nothing : html`<p class="notice">${text.noReader}</p>`}
    </div>
    ${refused}`;

export const choosePane = (text: Text, picker: TemplateResult): TemplateResult =>
  html`${title(text.chooseTitle, text.chooseHint)} ${picker}`;

export function issuePane(text: Text, status: OperationStatus | null): TemplateResult {
  const progress = Math.round(status?.progress ?? 0);
  const phase = text.phases[status?.phase ?? 'authenticate'];
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
    <p class="phase">
      <span>${status?.turn === 'waiting' ? text.waitingForHolder : phase}</span
      ><span class="muted">${text.percent(progress)}</span>
    </p>
  </div>`;
}

/** While the user types her PIN in the extension's window, and while the CMS makes the device active after that. */
export function pinPane(text: Text, { turn }: OperationStatus): TemplateResult {
  if (turn === 'cms')
    return html`<div class="centred">
      <span class="spinner large" aria-hidden="true"></span>${title(text.activating, text.activatingHint)}
    </div>`;
  return html`<div class="centred">
    <span class="badge">${shieldIcon}</span>
    ${title(text.pinTitle, turn === 'user' ? text.pinHint : `${text.pinPreparing} ${text.pinHint}`)}
  </div>`;
}

export const pendingPane = (text: Text, canRetry: boolean): TemplateResult =>
  html`<div class="centred">
    <span class="badge warn">${warningIcon}</span>
    ${title(text.pendingTitle, text.pendingHint)}
    ${canRetry ? html`<p class="hint muted">${text.pendingRetry}</p>` : nothing}
  </div>`;
