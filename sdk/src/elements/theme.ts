import { css } from 'lit';

/**
 * Shared appearance of Cardwright's elements. A page can set `--cardwright-accent`, `--cardwright-on-accent` (text on the accent colour),
 * `--cardwright-font` and `--cardwright-radius` on any surrounding element. Light or dark follows the page's `color-scheme`. If the user
 * wants less motion (`prefers-reduced-motion`), animations and transitions end at once.
 */
export const theme = css`
  :host {
    --accent: var(--cardwright-accent, light-dark(#0b57b0, #8ab9ff));
    --on-accent: var(--cardwright-on-accent, light-dark(#ffffff, #06203f));
    --accent-soft: color-mix(in srgb, var(--accent) 12%, var(--surface));
    --surface: light-dark(#ffffff, #1b1e24);
    --surface-raised: light-dark(#f5f6f8, #252931);
    --text: light-dark(#1a1d23, #eceef2);
    --text-muted: light-dark(#555c68, #adb4c0);
    --line: light-dark(#d9dde3, #3a404b);
    --line-strong: light-dark(#7d8591, #838b98);
    --good: light-dark(#15693b, #7fd6a3);
    --good-soft: light-dark(#e3f4ea, #173425);
    --warn: light-dark(#7a4a00, #f3c26b);
    --warn-soft: light-dark(#fdf1da, #3a2c12);
    --bad: light-dark(#a3211b, #ff9c94);
    --bad-soft: light-dark(#fdeceb, #40201e);
    --space-1: 4px;
    --space-2: 8px;
    --space-3: 12px;
    --space-4: 16px;
    --space-5: 24px;
    --space-6: 32px;
    --radius: var(--cardwright-radius, 8px);
    --shadow: 0 1px 2px rgb(0 0 0 / 8%), 0 12px 32px rgb(0 0 0 / 18%);
    font-family: var(--cardwright-font, system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif);
    font-size: 1rem;
    line-height: 1.5;
    color: var(--text);
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  h1,
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  ol {
    margin: 0;
    padding: 0;
  }

  h1,
  h2,
  h3 {
    line-height: 1.3;
    font-weight: 650;
    text-wrap: balance;
  }

  a {
    color: var(--accent);
  }

  [tabindex='-1']:focus {
    outline: none;
  }

  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }

  .muted {
    color: var(--text-muted);
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
      transition-duration: 0.01ms !important;
    }
  }
`;

/**
 * Styles of buttons: inconspicuous by default, `primary` for the next action, `danger` for an irreversible action, and `plain` without a
 * border. Links of the class `button` look like a default button.
 */
export const buttons = css`
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-height: 40px;
    padding: var(--space-2) var(--space-4);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    font: inherit;
    font-weight: 550;
    text-decoration: none;
    cursor: pointer;
    transition: background-color 120ms ease;
  }

  button:hover:not(:disabled),
  .button:hover {
    background: var(--surface-raised);
  }

  button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--on-accent);
  }

  button.primary:hover:not(:disabled) {
    background: color-mix(in srgb, var(--accent) 88%, var(--text));
  }

  button.danger {
    border-color: var(--bad);
    background: var(--bad);
    color: var(--surface);
  }

  button.danger:hover:not(:disabled) {
    background: color-mix(in srgb, var(--bad) 88%, var(--text));
  }

  button.danger:disabled {
    border-color: var(--line);
    background: var(--surface-raised);
    color: var(--text-muted);
  }

  button.plain {
    border-color: transparent;
    background: transparent;
    color: var(--accent);
  }

  button.plain:hover:not(:disabled) {
    background: var(--accent-soft);
  }

  button:disabled {
    border-color: var(--line);
    background: var(--surface-raised);
    color: var(--text-muted);
    cursor: not-allowed;
  }

  button svg,
  .button svg {
    flex: none;
  }
`;
