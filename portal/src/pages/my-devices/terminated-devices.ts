import { css, html, nothing, type TemplateResult } from 'lit';
import type { MyDevices } from '../api.js';
import { formatDate } from '../dates.js';
import { text } from '../text.js';
import { serialEnd } from './serial-end.js';

/** The devices that the user has no longer: when each ended, and why. Nothing can be done with them. */
export const terminatedDevices = ({ terminated }: MyDevices): TemplateResult | typeof nothing =>
  terminated.length === 0
    ? nothing
    : html`<section class="terminated" aria-labelledby="no-longer-used">
        <h2 id="no-longer-used">${text.noLongerUsed}</h2>
        <ul>
          ${terminated.map(
            ({ modelName, serial, at, reason }) =>
              html`<li>
                <p class="which"><b>${modelName}</b> ${serialEnd(serial)}</p>
                <p class="muted">${text.terminatedOn(formatDate(at), reason)}</p>
              </li>`,
          )}
        </ul>
      </section>`;

export const terminatedDevicesStyles = css`
  .terminated {
    margin-top: var(--space-6);
  }

  .terminated h2 {
    margin-bottom: var(--space-2);
    font-size: 1.125rem;
  }

  .terminated ul {
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) + 4px);
    list-style: none;
  }

  .terminated li {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-4);
    padding: var(--space-3) var(--space-5);
    overflow-wrap: anywhere;
  }

  .terminated li + li {
    border-top: 1px solid var(--line);
  }

  .terminated .which b {
    font-weight: 550;
  }

  @media (max-width: 640px) {
    .terminated li {
      padding-inline: var(--space-4);
    }
  }
`;
