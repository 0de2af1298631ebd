import { CardwrightError } from '@cardwright/protocol';
import { html, nothing, type TemplateResult } from 'lit';
import './error-pane.js';
import './auto-close.js';
import {
  checkIcon,
  clockIcon,
  connectIllustration,
  crossIcon,
  readyIllustration,
  shieldIcon,
  warningIcon,
  windowIllustration,
} from './icons.js';
import type { JudgedDevice } from './judged-device.js';
import {
  CHECK_LINES,
  pinsOf,
  type Checks,
  type CheckState,
  type ErrorPaneFacts,
  type Pane,
  type Step,
} from './pane.js';
import { lostWindow, title } from './pane-parts.js';
import type { Support } from './support.js';
import { describe, type Text } from './text.js';
import type { WantedDevice } from './wanted-device.js';

/** The contents of the wizard's panes, without what they do. Each begins with a heading that gets the focus. */

const spinner = html`<span class="spinner" aria-hidden="true"></span>`;

/** @param isWindowLost whether the extension's window could not be brought to the front */
export const checkPane = (text: Text, checks: Checks, isWindowLost: boolean): TemplateResult =>
  checks.site === 'asking'
    ? html`<div class="beside">
          <div>${title(text.allowTitle, text.allowHint)}${lostWindow(text, isWindowLost)}</div>
          ${windowIllustration('allow')}
        </div>
        ${checkList(text, checks)}`
    : html`${title(text.checking, text.checkingHint)} ${checkList(text, checks)}`;

export const allowPane = (text: Text, checks: Checks): TemplateResult =>
  html`${title(text.allowTitle, text.allowHint)} ${checkList(text, checks)}`;

/** One line for each thing that is needed. What failed is explained by the error pane above. */
export const checkList = (text: Text, checks: Checks): TemplateResult =>
  markedList(
    CHECK_LINES.map((line) => ({ label: text[line], state: checks[line], word: text.checkStates[checks[line]] })),
  );

/** Lines with a mark before and a word behind each, both for its state. */
export const markedList = (
  lines: readonly { readonly label: string; readonly state: CheckState; readonly word: string }[],
): TemplateResult =>
  html`<ul class="checks">
    ${lines.map(
      ({ label, state, word }) =>
        html`<li class=${state}>
          <span class="mark">${MARKS[state]}</span><span class="label">${label}</span><span class="state">${word}</span>
        </li>`,
    )}
  </ul>`;

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

/** The site was refused, and its user alone lets it ask again; then the check continues by itself. */
export const refusedPane = (
  text: Text,
  { checks, error, isStill }: Extract<Pane, { name: 'refused' }>,
  { help, helpDesk }: Support,
): TemplateResult =>
  html`<div role="status">${isStill ? html`<p class="notice">${text.stillRefused}</p>` : nothing}</div>
    <cardwright-error-pane
      .text=${text}
      .error=${error}
      .where=${'check'}
      .more=${text.pardonAwaited}
      .help=${help}
      .helpDesk=${helpDesk}
    ></cardwright-error-pane>
    ${checkList(text, checks)}`;

/** There is nothing into which a card could go; the check continues by itself. */
export const noReaderPane = (text: Text, checks: Checks, { help, helpDesk }: Support): TemplateResult =>
  html`<cardwright-error-pane
      .text=${text}
      .error=${NO_READER}
      .where=${'check'}
      .more=${text.readerAwaited}
      .help=${help}
      .helpDesk=${helpDesk}
    ></cardwright-error-pane>
    ${checkList(text, checks)}`;

const NO_READER = new CardwrightError('NO_READER');

export function connectPane(
  text: Text,
  { wanted, hasReader }: Extract<Pane, { name: 'connect' }>,
  refused: TemplateResult | typeof nothing,
): TemplateResult {
  return html`<div class="centred">
      ${connectIllustration}
      ${wanted ? title(text.connectWantedTitle, text.connectWantedHint) : title(text.connectTitle, text.connectHint)}
      ${wanted ? html`<p class="wanted">${nameWanted(text, wanted)}</p>` : nothing}
      ${hasReader ? nothing : html`<p class="notice" role="status">${text.noReader}</p>`}
    </div>
    ${refused}`;
}

/** A device in one line, as far as the wizard knows it. */
function nameWanted(text: Text, { modelName, serial, reader }: WantedDevice): string {
  const facts = [
    ...(modelName === null ? [] : [modelName]),
    ...(serial === null ? [] : [text.serial(serial)]),
    ...(reader === null || serial !== null ? [] : [text.lastReader(reader)]),
  ];
  return facts.length === 0 ? text.wantedUnknown : facts.join(' · ');
}

export function choosePane(
  text: Text,
  { devices, wanted }: Extract<Pane, { name: 'choose' }>,
  selected: JudgedDevice | undefined,
  picker: TemplateResult,
): TemplateResult {
  const choices = devices.filter(({ action }) => action !== null);
  const isOnlyErasable = choices.every(({ action }) => action === 'erase');
  const hint = isOnlyErasable ? text.eraseHint : choices.length === 1 ? text.chooseOneHint : text.chooseHint;
  return html`${title(text.chooseTitle, hint)}
    ${wanted ? html`<p class="notice" role="status">${text.wantedMissing(nameWanted(text, wanted))}</p>` : nothing}
    ${picker}
    <div role="status">
      ${selected?.action === 'erase' ? html`<p class="notice">${text.eraseAsksAgain}</p>` : nothing}
    </div>`;
}

/** Devices that came and went, for people who do not see the list: how many can be chosen, and why others cannot. */
export function announceDevices(text: Text, devices: readonly JudgedDevice[]): string {
  const choices = devices.filter(({ action }) => action !== null).length;
  const refusals = devices
    .filter(({ action }) => action === null)
    .map(({ device, reason }) => `${device.modelName}: ${reason ?? text.notSupported}`);
  return [...(choices === 0 ? [] : [text.choices(choices)]), ...refusals].join(' ');
}

export function pendingPane(text: Text, { error, canRetry }: Extract<Pane, { name: 'pending' }>): TemplateResult {
  const { message } = describe(text, error);
  return html`<div class="centred">
    <span class="badge warn">${warningIcon}</span>
    ${title(text.pendingTitle, `${message} ${text.pendingHint}`)}
    ${canRetry ? html`<p class="hint muted">${text.pendingRetry}</p>` : nothing}
  </div>`;
}

/** The PIN is set, but no vendor vouches for the keys of the device: an operator has to do the rest. */
export const approvalPane = (text: Text): TemplateResult =>
  html`<div class="centred">
    <span class="badge warn">${clockIcon}</span>${title(text.approvalTitle, text.approvalHint)}
  </div>`;

/** Everything is done; it closes by itself after some seconds. */
export function readyPane(text: Text, pane: Extract<Pane, { name: 'ready' }>): TemplateResult {
  const pins = pinsOf(pane);
  const services = pane.passkeys.map(({ service }) => service);
  const uses = [
    ...(pins === 'fido' ? [] : [text.readyHint]),
    ...(services.length === 0 ? [] : [text.readyPasskeys(services)]),
  ];
  const reminders = {
    device: text.rememberPin,
    shared: text.rememberPin,
    fido: text.rememberFidoPin,
    both: text.rememberBothPins,
  };
  return html`<div class="centred">
    ${readyIllustration}${title(text.readyTitle(pane.device.modelName), uses.join(' '))}
    <p class="reminder">${reminders[pins]}</p>
    <cardwright-auto-close .text=${text}></cardwright-auto-close>
  </div>`;
}

/** @param hasSupportFile whether the extension has anything to tell of it */
export const errorPane = (
  text: Text,
  { error, step, checks, isKept }: Omit<ErrorPaneFacts, 'step' | 'name' | 'wanted'> & { readonly step: string },
  { help, helpDesk }: Support,
  hasSupportFile = true,
): TemplateResult =>
  html`<cardwright-error-pane
      .text=${text}
      .error=${error}
      .where=${step}
      .more=${error.recovery === 'ask-operator' && isKept ? text.continueLater : ''}
      .hasSupportFile=${hasSupportFile}
      .help=${help}
      .helpDesk=${helpDesk}
    ></cardwright-error-pane>
    ${checks ? checkList(text, checks) : nothing}`;

/** Asked before the user stops an issuance that may leave the device half issued; it continues meanwhile. */
export const stopPane = (text: Text, step: Step): TemplateResult =>
  html`<div class="centred" role="alert">
    <span class="badge warn">${warningIcon}</span>
    ${title(text.stopTitle, step === 'pin' ? text.stopAtPinHint : text.stopHint)}
  </div>`;
