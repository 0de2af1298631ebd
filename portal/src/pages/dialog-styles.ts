import { css } from 'lit';

/** Styles of a dialog above the page: a heading, what it asks, and the answers in a footer. All of it stands in a form, or in `.content`. */
export const dialogs = css`
  dialog {
    width: min(28.75rem, calc(100vw - 2 * var(--space-4)));
    max-width: none;
    padding: 0;
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) + 4px);
    background: var(--surface);
    color: var(--text);
    box-shadow: var(--shadow);
  }

  dialog::backdrop {
    background: rgb(12 16 24 / 55%);
  }

  form,
  .content {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-4);
  }

  dialog > form,
  .content {
    padding: var(--space-5);
  }

  h2 {
    font-size: 1.125rem;
    overflow-wrap: anywhere;
  }

  .text {
    display: grid;
    gap: var(--space-2);
  }

  input:not([type='checkbox'], [type='radio']) {
    width: 100%;
  }

  footer {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: var(--space-2);
  }
`;
