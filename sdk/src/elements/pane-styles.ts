import { css } from 'lit';
import { helpDeskContactStyles } from './help-desk-contact.js';
import { illustrationStyles } from './illustration-styles.js';

/** Styles of the contents of the wizard's panes. */
export const paneStyles = css`
  ${illustrationStyles}
  ${helpDeskContactStyles}

  h2 {
    font-size: 1.125rem;
  }

  .hint {
    margin-top: var(--space-2);
    max-width: 60ch;
    text-wrap: pretty;
  }

  .centred {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    min-height: 240px;
    text-align: center;
  }

  .checks {
    display: grid;
    gap: var(--space-2);
    margin-top: var(--space-5);
    list-style: none;
  }

  .checks li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--space-3);
    padding: var(--space-3) var(--space-4);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }

  .checks .mark {
    display: flex;
    color: var(--text-muted);
  }

  .checks .state {
    font-size: 0.875rem;
    color: var(--text-muted);
  }

  .checks .passed .mark,
  .checks .passed .state {
    color: var(--good);
  }

  .checks .needed .mark,
  .checks .needed .state {
    color: var(--warn);
  }

  .checks .failed {
    border-color: var(--bad);
  }

  .checks .failed .mark,
  .checks .failed .state {
    color: var(--bad);
  }

  cardwright-error-pane {
    display: block;
  }

  cardwright-error-pane + .checks {
    margin-top: var(--space-4);
  }

  .spinner {
    width: 1.25rem;
    height: 1.25rem;
    border: 2.5px solid var(--line);
    border-top-color: var(--accent);
    border-radius: 50%;
    animation: turn 900ms linear infinite;
  }

  .spinner.large {
    width: 3rem;
    height: 3rem;
    margin-bottom: var(--space-5);
    border-width: 4px;
  }

  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }

  .pins {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: var(--space-1) var(--space-4);
    margin-top: var(--space-4);
    padding: var(--space-3) var(--space-4);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    text-align: left;
  }

  .pins dt {
    font-weight: 600;
  }

  .pins dd {
    color: var(--text-muted);
    text-wrap: pretty;
  }

  .beside {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--space-4);
  }

  .beside .illustration {
    width: 170px;
    margin: 0;
  }

  .reminder {
    margin-top: var(--space-4);
    padding: var(--space-2) var(--space-4);
    border-radius: var(--radius);
    background: var(--good-soft);
    color: var(--good);
    text-wrap: balance;
  }

  .notice {
    margin-top: var(--space-4);
    padding: var(--space-2) var(--space-4);
    border-radius: var(--radius);
    background: var(--warn-soft);
    color: var(--warn);
  }

  .notice.above {
    margin: 0 0 var(--space-4);
  }

  .wanted {
    margin-top: var(--space-4);
    padding: var(--space-3) var(--space-4);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .centred:has(+ .refused) {
    min-height: 0;
  }

  .refused {
    margin-top: var(--space-5);
  }

  .refused h3 {
    margin-bottom: var(--space-2);
    font-size: 0.9375rem;
  }

  cardwright-device-picker {
    display: block;
    margin-top: var(--space-4);
  }

  .refused cardwright-device-picker {
    margin-top: 0;
  }

  .proof {
    max-width: 360px;
    margin-top: var(--space-5);
  }

  .help-desk {
    margin-top: var(--space-3);
  }

  .help-desk dt {
    font-size: 0.875rem;
    font-weight: 600;
  }

  #code-form {
    display: grid;
    gap: var(--space-2);
    margin-top: var(--space-5);
  }

  #code-form label {
    font-weight: 600;
  }

  #code-form input {
    max-width: 360px;
    min-height: 48px;
    padding: var(--space-2) var(--space-3);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    font: inherit;
    font-size: 1.25rem;
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.1em;
  }

  #code-form input[aria-invalid='true'] {
    border-color: var(--bad);
  }

  #code-form .refusal {
    margin: 0;
    min-height: 1.5em;
    color: var(--bad);
  }

  .bar {
    width: 100%;
    height: 10px;
    margin-top: var(--space-6);
    border-radius: 5px;
    background: var(--line);
    overflow: hidden;
  }

  .bar svg {
    display: block;
    width: 100%;
    height: 100%;
  }

  .bar rect {
    fill: var(--accent);
    transition: width 400ms ease;
  }

  .phase {
    display: flex;
    justify-content: space-between;
    gap: var(--space-3);
    width: 100%;
    margin-top: var(--space-2);
    text-align: left;
  }

  .phase > :last-child {
    white-space: nowrap;
  }

  .badge {
    display: grid;
    place-items: center;
    width: 72px;
    height: 72px;
    margin-bottom: var(--space-5);
    border-radius: 50%;
    background: var(--accent-soft);
    color: var(--accent);
  }

  .badge.warn {
    background: var(--warn-soft);
    color: var(--warn);
  }

  .badge svg {
    width: 36px;
    height: 36px;
  }

  @media (max-width: 520px) {
    .beside {
      display: block;
    }

    .beside .illustration {
      display: none;
    }

    button {
      padding-inline: var(--space-3);
    }

    button[slot='footer'] {
      flex: 1 1 auto;
    }

    .pins {
      grid-template-columns: minmax(0, 1fr);
    }

    .pins dd + dt {
      margin-top: var(--space-2);
    }

    .checks li {
      grid-template-columns: auto minmax(0, 1fr);
    }

    .checks .state {
      grid-column: 2;
    }
  }
`;
