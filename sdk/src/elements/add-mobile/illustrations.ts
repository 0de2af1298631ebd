import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const onPhone = (content: SVGTemplateResult): TemplateResult =>
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
    <g class="card">
      <rect x="101" y="6" width="58" height="108" rx="10" />
      <path class="faint" d="M122 14h16" />
    </g>
    ${content}
  </svg>`;

/** A phone whose settings show a profile, and the button that installs it. */
export const installIllustration = onPhone(
  svg`<g class="front"><path class="faint" d="M111 50h38M111 58h26M111 66h32" /><rect class="key" x="111" y="84" width="38" height="12" rx="4" /><rect class="logo" x="111" y="28" width="13" height="13" rx="3" /></g><path class="arrow" d="M190 90h-24m7-7-7 7 7 7" />`,
);

/** A phone with a tick, for success. */
export const phoneReadyIllustration = onPhone(
  svg`<g class="front"><path class="faint" d="M111 34h38M111 44h26" /></g><g class="tick"><circle cx="156" cy="92" r="20" /><path d="m147 92.500 6.500 6.500 12-13" /></g>`,
);
