import { css } from 'lit';

/** Styles of the drawings in the wizard's panes. */
export const illustrationStyles = css`
  .illustration {
    max-width: 100%;
    height: auto;
    margin-bottom: var(--space-5);
    stroke: var(--text-muted);
  }

  .illustration .card rect,
  .illustration .card path {
    stroke: var(--accent);
    fill: var(--accent-soft);
  }

  .illustration .card .chip {
    stroke: var(--accent);
    fill: var(--surface);
  }

  .illustration .socket > :first-child {
    fill: var(--surface-raised);
  }

  .illustration .faint {
    opacity: 0.55;
  }

  .illustration .light {
    stroke: none;
    fill: var(--good);
  }

  .illustration .arrow {
    stroke: var(--accent);
  }

  .illustration .plug {
    fill: var(--surface-raised);
  }

  .illustration .rings circle {
    stroke: var(--accent);
    animation: spread 2400ms ease-in-out infinite;
  }

  .illustration .rings :nth-child(2) {
    opacity: 0.6;
    animation-delay: 300ms;
  }

  .illustration .rings :nth-child(3) {
    opacity: 0.3;
    animation-delay: 600ms;
  }

  @keyframes spread {
    50% {
      opacity: 0.1;
    }
  }

  .illustration .finger {
    fill: var(--surface);
    stroke: var(--text);
  }

  .illustration .ring {
    stroke: var(--accent);
  }

  .illustration .behind rect {
    fill: var(--surface-raised);
  }

  .illustration .front > rect:first-child {
    fill: var(--surface);
    stroke: var(--accent);
  }

  .illustration .front > path {
    stroke: var(--accent);
  }

  .illustration .logo,
  .illustration .key {
    stroke: none;
    fill: var(--accent);
  }

  .illustration .danger {
    stroke: none;
    fill: var(--bad);
  }

  .illustration .front > .dots {
    stroke: var(--text);
    stroke-width: 4;
  }

  .illustration .tick circle {
    stroke: var(--surface);
    stroke-width: 3;
    fill: var(--good);
  }

  .illustration .tick path {
    stroke: var(--surface);
    stroke-width: 3;
  }
`;
