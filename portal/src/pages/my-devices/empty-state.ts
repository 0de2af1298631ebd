import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { MyDevices } from '../api.js';
import { text } from '../text.js';

/** Tells a user who has no device in use what kind of device is needed, and where to get it. */
export const emptyState = ({ terminated, deviceSource, mobile }: MyDevices, buttons: TemplateResult): TemplateResult =>
  html`<section class="empty" aria-labelledby="no-device">
    ${picture(mobile !== null)}
    <h2 id="no-device">${terminated.length === 0 ? text.noDevice : text.noDeviceInUse}</h2>
    ${buttons}
    <div class="needs">
      <h3>${text.whatYouNeed.title}</h3>
      <ul>
        ${text.whatYouNeed.needs.map((need) => html`<li>${need}</li>`)}
      </ul>
      ${mobile === null ? nothing : html`<p id="mobile-needs">${text.whatYouNeed.mobile}</p>`}
      ${whereToGet(deviceSource)}
    </div>
  </section>`;

function whereToGet({ text: sentence, url }: MyDevices['deviceSource']): TemplateResult | typeof nothing {
  if (sentence === null && url === null) return nothing;
  return html`<h3>${text.whereToGet}</h3>
    <p id="device-source">${sentence} ${url === null ? nothing : html`<a href=${url} rel="noreferrer">${url}</a>`}</p>`;
}

/** Draws a card and a security key. Also draws a phone if `hasPhone` is set. */
const picture = (hasPhone: boolean): TemplateResult =>
  html`<svg
    viewBox="0 0 ${hasPhone ? 290 : 220} 110"
    width=${hasPhone ? 290 : 220}
    height="110"
    fill="none"
    stroke-width="2"
    stroke-linejoin="round"
    stroke-linecap="round"
    aria-hidden="true"
  >
    ${svg`<g class="card">
    <rect x="14" y="18" width="120" height="76" rx="9" />
    <path class="chip" d="M30 42h24v20H30Zm0 10h24M42 42v20" />
    <path d="M70 36h48M70 46h30" />
  </g>
  <g class="card">
    <rect x="164" y="10" width="36" height="60" rx="10" />
    <circle class="chip" cx="182" cy="34" r="8" />
    <path d="M171 70h22v22h-22Z" />
    <path class="chip" d="M178 78v6m8-6v6" />
  </g>`}
    ${
      hasPhone
        ? svg`<g class="card">
    <rect x="230" y="10" width="46" height="86" rx="9" />
    <rect class="chip" x="236" y="20" width="34" height="62" rx="3" />
    <path d="M248 89h10" />
  </g>`
        : nothing
    }
  </svg>`;

export const emptyStateStyles = css`
  .empty {
    display: grid;
    justify-items: center;
    gap: var(--space-4);
    padding: var(--space-6) var(--space-4);
    border: 1px dashed var(--line-strong);
    border-radius: calc(var(--radius) + 4px);
    text-align: center;
  }

  .empty svg {
    max-width: 100%;
    height: auto;
  }

  .empty .card rect,
  .empty .card path {
    stroke: var(--accent);
    fill: var(--accent-soft);
  }

  .empty .card .chip {
    stroke: var(--accent);
    fill: var(--surface);
  }

  .empty h2 {
    font-size: 1.25rem;
  }

  .empty .add,
  .empty .add p {
    justify-items: center;
    text-align: center;
  }

  .empty .add .buttons {
    justify-content: center;
  }

  .needs {
    max-width: 44ch;
    text-align: left;
  }

  .needs h3 {
    margin-top: var(--space-3);
    font-size: 1rem;
  }

  .needs ul + p {
    margin-top: var(--space-2);
  }

  .needs ul {
    padding-left: 1.25em;
  }

  .needs a {
    overflow-wrap: anywhere;
  }
`;
