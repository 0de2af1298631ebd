import type { DeviceInfo } from '@cardwright/protocol/devices';
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

/**
 * Returns an icon of 1.25 by 1.25 rem, in the colour of the text beside it. An icon only repeats this text, so it is hidden from screen
 * readers.
 */
const icon = (content: SVGTemplateResult): TemplateResult =>
  html`<svg
    viewBox="0 0 20 20"
    width="1.25rem"
    height="1.25rem"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${content}
  </svg>`;

export const checkIcon = icon(svg`<path d="m4.5 10.5 3.7 3.7 7.3-8" />`);
export const crossIcon = icon(svg`<path d="m5.5 5.5 9 9m0-9-9 9" />`);
export const refreshIcon = icon(svg`<path d="M16 7.2A6.7 6.7 0 1 0 16.7 11M16.4 3v4.3h-4.3" />`);
export const warningIcon = icon(svg`<path d="M10 3 1.8 17h16.4Z" /><path d="M10 8.4v3.8m0 2.5v.1" />`);
export const clockIcon = icon(svg`<circle cx="10" cy="10" r="7.2" /><path d="M10 6v4.3l2.8 1.7" />`);
export const shieldIcon = icon(svg`<path d="M10 2.5 16.2 5v4.6c0 3.7-2.5 6.5-6.2 7.9-3.7-1.4-6.2-4.2-6.2-7.9V5Z" />`);
export const copyIcon = icon(
  svg`<rect x="7" y="7" width="9.5" height="9.5" rx="2" /><path d="M13 4.4a2 2 0 0 0-1.7-.9H5.5a2 2 0 0 0-2 2v5.8c0 .7.4 1.3.9 1.7" />`,
);

/** A smart card sliding into its reader, and a security key before its socket. */
export const connectIllustration = html`<svg
  class="illustration"
  viewBox="0 0 260 120"
  width="260"
  height="120"
  fill="none"
  stroke-width="2"
  stroke-linejoin="round"
  stroke-linecap="round"
  aria-hidden="true"
>
  <g class="card">
    <rect x="38" y="10" width="76" height="66" rx="7" />
    <path class="chip" d="M49 34h20v16H49Zm0 8h20M59 34v16" />
    <path class="faint" d="M80 24h22M80 32h14" />
  </g>
  <g class="socket">
    <path d="M26 70h100l8 34a6 6 0 0 1-6 7H24a6 6 0 0 1-6-7Z" />
    <path class="faint" d="M36 80h80" />
    <circle class="light" cx="76" cy="96" r="3.5" />
  </g>
  <g class="card">
    <rect x="166" y="22" width="30" height="50" rx="9" />
    <circle class="chip" cx="181" cy="42" r="7" />
    <path d="M172 72h18v16h-18Z" />
    <path class="chip" d="M177 78v6m8-6v6" />
  </g>
  <g class="socket">
    <rect x="156" y="96" width="50" height="15" rx="4" />
    <path class="faint" d="M172 103h18" />
  </g>
  <path class="arrow" d="M224 40v34m-8-8 8 8 8-8" />
</svg>`;

const BUTTONS = {
  allow: svg`<rect class="quiet" x="98" y="84" width="30" height="10" rx="3" /><rect class="key" x="134" y="84" width="34" height="10" rx="3" />`,
  erase: svg`<rect class="quiet" x="98" y="84" width="30" height="10" rx="3" /><rect class="danger" x="134" y="84" width="34" height="10" rx="3" />`,
  pin: svg`<path class="dots" d="M102 66h.1m9.9 0h.1m9.9 0h.1m9.9 0h.1" /><rect class="key" x="134" y="84" width="34" height="10" rx="3" />`,
  passkey: svg`<circle class="ring" cx="108" cy="76" r="7" /><path class="ring" d="M115 76h17m-5 0v5" /><rect class="key" x="134" y="84" width="34" height="10" rx="3" />`,
} as const;

/** Returns a drawing of the extension's small window in front of the browser's window. */
export const windowIllustration = (kind: keyof typeof BUTTONS): TemplateResult =>
  html`<svg
    class="illustration window"
    viewBox="0 0 260 120"
    width="260"
    height="120"
    fill="none"
    stroke-width="2"
    stroke-linejoin="round"
    stroke-linecap="round"
    aria-hidden="true"
  >
    <g class="behind">
      <rect x="20" y="8" width="220" height="104" rx="8" />
      <path class="faint" d="M20 26h220M30 17h.1m9.9 0h.1m9.9 0h.1" />
    </g>
    <g class="front">
      <rect x="82" y="22" width="96" height="82" rx="7" />
      <path d="M82 36h96" />
      <rect class="logo" x="90" y="26" width="9" height="6.4" rx="1.4" />
      <path class="faint" d="M96 48h68M96 57h44" />
      ${BUTTONS[kind]}
    </g>
  </svg>`;

const DEVICES = {
  card: svg`<rect x="70" y="18" width="120" height="78" rx="9" />
    <path class="chip" d="M86 44h24v20H86Zm0 10h24M98 44v20" />
    <path class="faint" d="M126 36h46M126 46h30" />`,
  key: svg`<rect x="52" y="34" width="100" height="48" rx="14" />
    <circle class="chip" cx="92" cy="58" r="11" />
    <path d="M152 44h30v28h-30Z" />
    <path class="chip" d="M162 53h11m-11 10h11" />`,
};

/** Returns a drawing of a device with a tick, for success. A host of before protocol 3.2 does not tell what the device looks like. */
export const readyIllustration = ({ drawing = 'card' }: Pick<DeviceInfo, 'drawing'>): TemplateResult =>
  html`<svg
    class="illustration"
    viewBox="0 0 260 120"
    width="260"
    height="120"
    fill="none"
    stroke-width="2"
    stroke-linejoin="round"
    stroke-linecap="round"
    aria-hidden="true"
  >
    <g class="card">${DEVICES[drawing]}</g>
    <g class="tick">
      <circle cx="184" cy="88" r="20" />
      <path d="m175 88.500 6.500 6.500 12-13" />
    </g>
  </svg>`;
