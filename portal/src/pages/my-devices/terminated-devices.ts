import { css, html, nothing, type TemplateResult } from 'lit';
import type { MyDevices, OfferedOperation } from '../api.js';
import { formatDate } from '../dates.js';
import { text } from '../text.js';
import { modelBeside, ownNameOf } from './own-name.js';
import { serialEnd } from './serial-end.js';

const ERASE = 'erase';

type EndedDevice = MyDevices['terminated'][number];
type Run = (kind: string, device: EndedDevice, isBegun: boolean) => void;

/**
 * Lists the user's former devices: how each device ended, and buttons for the operations that the portal still offers on the device, such as giving
 * it back.
 *
 * @param run called with the operation that the user wants to start, and whether it was begun before
 */
export const terminatedDevices = ({ terminated, operations }: MyDevices, run: Run): TemplateResult | typeof nothing =>
  terminated.length === 0
    ? nothing
    : html`<section class="terminated" aria-labelledby="no-longer-used">
        <h2 id="no-longer-used">${text.noLongerUsed}</h2>
        <ul>
          ${terminated.map(
            (device) =>
              html`<li>
                <p class="which">
                  <b><bdi>${ownNameOf(device)}</bdi></b> ${modelBeside(device)} ${serialEnd(device.serial)}
                </p>
                <p class="muted">${howItEnded(device)}</p>
                ${operations
                  .filter(({ kind }) => device.operations.includes(kind))
                  .map((operation) => operationButton(device, operation, run))}
              </li>`,
          )}
        </ul>
      </section>`;

function howItEnded({ end, at, reason, incident }: EndedDevice): string {
  switch (end) {
    case 'being-erased':
      return text.beingErased;
    case 'given-back':
      return text.givenBackOn(formatDate(at));
    case 'terminated':
      return text.terminatedOn(formatDate(at), reason ?? (incident === null ? null : text.report.reported[incident]));
  }
}

function operationButton(device: EndedDevice, { kind, label }: OfferedOperation, run: Run): TemplateResult {
  const isBegun = kind === ERASE && device.end === 'being-erased';
  return html`<button
    type="button"
    data-operation=${kind}
    aria-haspopup="dialog"
    @click=${() => run(kind, device, isBegun)}
  >
    ${isBegun ? text.finishErasing : label}
  </button>`;
}

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

  .terminated li button {
    margin-inline-start: auto;
  }

  .terminated li + li {
    border-top: 1px solid var(--line);
  }

  .terminated .which b {
    font-weight: 550;
  }

  @container page (max-width: 38rem) {
    .terminated li {
      padding-inline: var(--space-4);
    }
  }
`;
