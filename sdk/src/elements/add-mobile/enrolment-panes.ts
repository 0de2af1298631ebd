import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import { html, nothing, type TemplateResult } from 'lit';
import { clockIcon, copyIcon, crossIcon, warningIcon } from '../icons.js';
import { sentencesOf, title } from '../pane-parts.js';
import { markedList } from '../panes/check-list.js';
import { errorContent } from '../panes/error.js';
import type { Support } from '../support.js';
import type { MobileText } from './mobile-text.js';
import { installIllustration, phoneReadyIllustration } from './illustrations.js';
import { MOBILE_STEPS, type EnrolmentPane, type MobileErrorPane, type MobileStep } from './mobile-pane.js';
import { qrCode } from './qr-code.js';
import './time-left.js';

/** The contents of the panes that show the progress of an enrolment. */

type PaneOf<Name extends EnrolmentPane['name']> = Extract<EnrolmentPane, { readonly name: Name }>;

/** Inputs of a countdown in a pane: the CMS's time (milliseconds since 1970), and the action when the countdown is over. */
export interface Countdown {
  readonly now: () => number;
  readonly onOver: () => void;
}

/** Shows the QR code and how to scan it. */
export function codePane(
  text: MobileText,
  { link, isOpened, expiresAt, isVerified }: PaneOf<'code'>,
  countdown: Countdown,
  copy: { readonly isCopied: boolean; readonly onCopy: (link: string) => void },
): TemplateResult {
  const words = text.mobile;
  return html`${title(words.scanTitle, isOpened ? undefined : words.scanHint)}
    <div role="status">${isOpened ? html`<p class="notice">${words.opened}</p>` : nothing}</div>
    <div class="scan">
      <div class="code">${qrCode(link, words.qrCode)}${timeLeft(expiresAt, countdown)}</div>
      <div>${phoneSteps(words.scanSteps)} ${unverifiedNote(text, isVerified)}</div>
    </div>
    <div class="link">
      <span class="name" id="link-name">${words.link}</span>
      <code aria-labelledby="link-name" role="group">${link}</code>
      <button type="button" id="copy-link" @click=${() => copy.onCopy(link)}>
        ${copyIcon}<span aria-live="polite">${copy.isCopied ? text.copied : words.copyLink}</span>
      </button>
    </div>`;
}

export function installPane(
  text: MobileText,
  { expiresAt, isVerified }: PaneOf<'install'>,
  countdown: Countdown,
): TemplateResult {
  const words = text.mobile;
  return html`<div class="beside">
      <div>${title(words.installTitle, words.installHint)} ${phoneSteps(words.installSteps)}</div>
      ${installIllustration}
    </div>
    ${unverifiedNote(text, isVerified)}
    <p class="hint muted">${words.stolenDeviceProtection} ${words.installNewCode}</p>
    ${timeLeft(expiresAt, countdown)}`;
}

/** Asks whether the phone that used the link belongs to the user. */
export function confirmPane(
  text: MobileText,
  { phone, expiresAt, refusal }: PaneOf<'confirm'>,
  countdown: Countdown,
): TemplateResult {
  const words = text.mobile;
  const kind = /^(iPhone|iPad)\b/.exec(phone.model)?.[0] ?? null;
  return html`${title(words.confirmTitle(kind), words.confirmHint)}
    <dl class="phone">
      <div>
        <dt>${words.model}</dt>
        <dd>${phone.model}</dd>
      </div>
      <div>
        <dt>${words.serialNumber}</dt>
        <dd class="serial">${phone.serial}</dd>
      </div>
    </dl>
    <p class="hint">${words.whereSerial}</p>
    <div role="alert">${refusal ? html`<p class="notice">${sentencesOf(text, refusal)}</p>` : nothing}</div>
    ${timeLeft(expiresAt, countdown)}`;
}

export function certificatesPane(
  text: MobileText,
  { certificates: { issued, ordered } }: PaneOf<'certificates'>,
): TemplateResult {
  const words = text.mobile;
  const share = ordered === 0 ? 0 : Math.round((100 * issued) / ordered);
  return html`<div class="centred">
    ${title(words.certificatesTitle, words.certificatesHint)}
    <div
      class="bar"
      role="progressbar"
      aria-label=${words.certificatesTitle}
      aria-valuenow=${issued}
      aria-valuemin="0"
      aria-valuemax=${ordered}
    >
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width=${Math.max(share, 2)} height="1" />
      </svg>
    </div>
    <p class="phase"><span>${words.certificatesIssued(issued, ordered)}</span></p>
  </div>`;
}

/** Says what is left on a phone that was sent everything, and what to do if the phone has dropped it. */
export const sentPane = (text: MobileText, { phone }: PaneOf<'sent'>): TemplateResult => {
  const words = text.mobile;
  return html`<div class="beside">
      <div>
        ${title(words.sentTitle(phone?.model ?? words.someDevice), words.sentHint)} ${phoneSteps(words.sentSteps)}
      </div>
      ${installIllustration}
    </div>
    <p class="hint muted">${words.sentFailed}</p>`;
};

export const installedPane = (text: MobileText, { phone }: PaneOf<'installed'>): TemplateResult =>
  html`<div class="centred">
    ${phoneReadyIllustration}
    ${title(text.mobile.installedTitle(phone?.model ?? text.mobile.someDevice), text.mobile.installedHint)}
    <p class="reminder">${text.mobile.installedUse}</p>
  </div>`;

export const expiredPane = (text: MobileText): TemplateResult =>
  html`<div class="centred">
    <span class="badge warn">${clockIcon}</span>${title(text.mobile.expiredTitle, text.mobile.expiredHint)}
  </div>`;

export const cancelledPane = (text: MobileText): TemplateResult =>
  html`<div class="centred">
    <span class="badge warn">${crossIcon}</span>${title(text.mobile.cancelledTitle, text.mobile.cancelledHint)}
  </div>`;

/** Shows that the phone gets nothing, after the user has rejected it. */
export const rejectedPane = (text: MobileText): TemplateResult =>
  html`<div class="centred">
    <span class="badge warn">${warningIcon}</span>${title(text.mobile.rejectedTitle, text.mobile.rejectedHint)}
    <p class="hint">${text.mobile.rejectedAdvice}</p>
  </div>`;

/** Explains the error. If the mobile device has made a request, names the last request, too. */
export function mobileErrorPane(text: MobileText, pane: MobileErrorPane, support: Support): TemplateResult {
  const { lastRequest, error } = pane;
  const isProfileThere = lastRequest !== null && lastRequest.what !== 'opened-link';
  // For this code, the catalogue's words already explain how to remove the profile.
  const isSaid = error.code === 'PHONE_SILENT';
  return html`${errorContent(text, { ...pane, isKept: false }, support, pane.step === 'proof')}
  ${lastRequest ? lastRequestNote(text, lastRequest) : nothing}
  ${isProfileThere && !isSaid ? html`<p class="hint">${text.mobile.removeProfile}</p>` : nothing}`;
}

function lastRequestNote(text: MobileText, { what, at }: NonNullable<EnrolmentStatus['lastRequest']>): TemplateResult {
  const time = new Intl.DateTimeFormat(text.language, { timeStyle: 'short' }).format(new Date(at));
  return html`<h3 class="last-request">${text.mobile.lastRequest}</h3>
    <p>${text.mobile.lastRequestAt(time)}${text.mobile.requests[what]}</p>`;
}

/** Shows which steps are missing, after the user has pressed the button for the end too early. */
export function missingPane(text: MobileText, current: MobileStep): TemplateResult {
  const { missing, missingStates, missingTitle, missingHint } = text.mobile;
  const position = MOBILE_STEPS.indexOf(current);
  const lines = MOBILE_STEPS.flatMap((step, index) => {
    if (step === 'proof') return [];
    const state = index < position ? 'passed' : index === position ? 'running' : 'waiting';
    return [{ label: missing[step], state, word: missingStates[state] }] as const;
  });
  return html`<div role="alert">${title(missingTitle, missingHint)}</div>
    ${markedList(lines)}`;
}

/** Asks whether to stop an enrolment that has reached a mobile device. */
export const mobileStopPane = (text: MobileText): TemplateResult =>
  html`<div class="centred" role="alert">
    <span class="badge warn">${warningIcon}</span>${title(text.mobile.stopTitle, text.mobile.stopHint)}
  </div>`;

/** Shows that the CMS's answer is awaited. */
export const preparingPane = (text: MobileText): TemplateResult =>
  html`<div class="centred">
    <span class="spinner large" aria-hidden="true"></span>${title(text.mobile.preparing)}
  </div>`;

const phoneSteps = (steps: readonly string[]): TemplateResult =>
  html`<ol class="phone-steps">
    ${steps.map((step) => html`<li>${step}</li>`)}
  </ol>`;

const unverifiedNote = (text: MobileText, isVerified: boolean): TemplateResult | typeof nothing =>
  isVerified ? nothing : html`<p class="unverified">${warningIcon}<span>${text.mobile.unverified}</span></p>`;

const timeLeft = (until: string | null, { now, onOver }: Countdown): TemplateResult | typeof nothing =>
  until === null
    ? nothing
    : html`<cardwright-time-left .until=${until} .now=${now} @time-over=${onOver}></cardwright-time-left>`;
