import { css } from 'lit';

/** Styles of the panes for a mobile device, in addition to the styles that all panes share (`paneStyles`). */
export const mobileStyles = css`
  .scan {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: start;
    gap: var(--space-5);
    margin-top: var(--space-4);
  }

  .code {
    display: grid;
    gap: var(--space-2);
    justify-items: center;
  }

  .qr-code {
    display: block;
    max-width: 100%;
    height: auto;
    border-radius: var(--radius);
    forced-color-adjust: none;
  }

  .phone-steps {
    display: grid;
    gap: var(--space-2);
    padding-left: 1.4em;
  }

  .phone-steps li {
    padding-left: var(--space-1);
    text-wrap: pretty;
  }

  .phone-steps li::marker {
    color: var(--accent);
    font-weight: 600;
  }

  .unverified {
    display: flex;
    gap: var(--space-2);
    margin-top: var(--space-3);
    font-size: 0.875rem;
    color: var(--warn);
  }

  .unverified svg {
    flex: none;
  }

  .link {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--space-2) var(--space-3);
    margin-top: var(--space-4);
    padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }

  .link .name {
    font-size: 0.875rem;
    font-weight: 600;
  }

  .link code {
    font-size: 0.875rem;
    overflow-wrap: anywhere;
    user-select: all;
  }

  .beside .phone-steps {
    margin-top: var(--space-4);
  }

  .beside ~ cardwright-time-left,
  .phone ~ cardwright-time-left {
    display: block;
    margin-top: var(--space-4);
  }

  .phone {
    display: grid;
    gap: var(--space-3);
    margin-top: var(--space-5);
    padding: var(--space-4) var(--space-5);
    border: 2px solid var(--accent);
    border-radius: var(--radius);
    background: var(--accent-soft);
  }

  .phone dt {
    font-size: 0.875rem;
    color: var(--text-muted);
  }

  .phone dd {
    font-size: 1.5rem;
    font-weight: 650;
    line-height: 1.3;
    overflow-wrap: anywhere;
  }

  .phone .serial {
    font-family: ui-monospace, 'DejaVu Sans Mono', monospace;
    letter-spacing: 0.06em;
  }

  .away {
    margin: 0 0 var(--space-4);
  }

  .last-request {
    margin-top: var(--space-5);
    margin-bottom: var(--space-1);
    font-size: 0.9375rem;
  }

  form {
    display: grid;
    gap: var(--space-2);
    max-width: 360px;
    margin-top: var(--space-5);
  }

  form label {
    font-weight: 600;
  }

  form input {
    min-height: 44px;
    padding: var(--space-2) var(--space-3);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    font: inherit;
  }

  form input[aria-invalid='true'] {
    border-color: var(--bad);
  }

  .refusal {
    min-height: 1.5em;
    color: var(--bad);
  }

  @media (max-width: 520px) {
    .scan {
      grid-template-columns: minmax(0, 1fr);
    }

    .link {
      grid-template-columns: minmax(0, 1fr);
      padding: var(--space-3);
    }

    .phone {
      padding: var(--space-3) var(--space-4);
    }

    .phone dd {
      font-size: 1.25rem;
    }

    form {
      max-width: none;
    }
  }
`;
