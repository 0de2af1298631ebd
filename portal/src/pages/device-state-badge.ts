import { css, html, type TemplateResult } from 'lit';
import type { DeviceDescription } from './api.js';
import { text } from './text.js';

type Shown = Pick<DeviceDescription, 'state' | 'isPhone'>;

/** Returns the state of a device in words. A mobile device has no PIN that could be missing. */
const stateName = ({ state, isPhone }: Shown): string =>
  isPhone && state === 'pending' ? text.installing : text.states[state];

/** Shows the state of a device in words. The colour only repeats the words. */
export const stateBadge = (device: Shown): TemplateResult =>
  html`<span class="badge ${device.state}">${stateName(device)}</span>`;

export const badgeStyles = css`
  .badge {
    display: inline-block;
    padding: 2px var(--space-3);
    border-radius: 999px;
    background: var(--surface-raised);
    color: var(--text);
    font-size: 0.875rem;
    font-weight: 600;
    white-space: nowrap;
  }

  .badge.active {
    background: var(--good-soft);
    color: var(--good);
  }

  .badge.pending,
  .badge.awaiting-approval,
  .badge.producing,
  .badge.suspended,
  .badge.left {
    background: var(--warn-soft);
    color: var(--warn);
  }

  .badge.failed {
    background: var(--bad-soft);
    color: var(--bad);
  }
`;
