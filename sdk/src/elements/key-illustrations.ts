import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

/** Returns a drawing of a security key in its socket or above it, in the style of the icons. */
const drawing = (name: string, content: SVGTemplateResult): TemplateResult =>
  html`<svg
    class="illustration ${name}"
    viewBox="0 0 260 130"
    width="260"
    height="130"
    fill="none"
    stroke-width="2"
    stroke-linejoin="round"
    stroke-linecap="round"
    aria-hidden="true"
  >
    ${content}
  </svg>`;

const socket = svg`<g class="socket">
  <rect x="92" y="106" width="76" height="18" rx="5" />
  <path class="faint" d="M116 115h28" />
</g>`;

const key = svg`<path class="plug" d="M119 84h22v20h-22Z" /><path class="chip" d="M126 90v8m8-8v8" />
  <rect x="110" y="20" width="40" height="66" rx="12" />`;

/** A finger on the button of a security key, and rings that spread from the button. */
export const touchIllustration = drawing(
  'touch',
  svg`${socket}
  <g class="card">${key}<circle class="chip" cx="130" cy="46" r="10" /></g>
  <g class="rings">
    <circle cx="130" cy="46" r="16" />
    <circle cx="130" cy="46" r="26" />
    <circle cx="130" cy="46" r="36" />
  </g>
  <path
    class="finger"
    d="M134.500 45.500c3.200-2.300 7-1.700 9.300 1.300l9.200 12.200 12.300-5.200c5-2.100 9.700-.5 13.200 3.600l19.500 22.600-25.500 20-13.500-12.500-12-.5c-4.500-.2-7-2.500-6.700-5.800.2-2.800 2.500-4.600 6-4.900l4.200-.4-17.700-22c-2-2.700-1.400-6.200 1.700-8.400Z"
  />`,
);

/** A security key above its socket, with one arrow out of the socket and one into it. */
export const reinsertIllustration = drawing(
  'reinsert',
  svg`${socket}
  <g class="card" transform="translate(0 -16)">${key}<circle class="chip" cx="130" cy="46" r="10" /></g>
  <path class="arrow" d="M72 84V40m-9 9 9-9 9 9" />
  <path class="arrow" d="M188 40v44m-9-9 9 9 9-9" />`,
);
