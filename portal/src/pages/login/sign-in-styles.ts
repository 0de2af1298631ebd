import { css } from 'lit';

/** Styles of the box in which people sign in. */
export const signInBox = css`
  .box {
    display: grid;
    gap: var(--space-4);
    width: min(22.5rem, 100%);
    padding: var(--space-6);
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) + 4px);
    background: var(--surface);
    box-shadow: var(--shadow);
  }

  .brand {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    font-weight: 700;
  }

  h1 {
    font-size: 1.4rem;
  }

  .help {
    color: var(--text-muted);
    font-size: 0.9375rem;
  }
`;
