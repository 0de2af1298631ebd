import { css } from 'lit';

/** Styles of the fields of forms, and of the line for their errors. */
export const fields = css`
  label {
    display: grid;
    /* A select is as wide as its longest option, unless it may shrink. */
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-1);
    min-width: 0;
    font-weight: 550;
  }

  input:not([type='checkbox'], [type='radio']),
  select,
  textarea {
    min-height: 40px;
    padding: var(--space-2) var(--space-3);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    font: inherit;
    font-weight: 400;
  }

  label:has([type='checkbox'], [type='radio']) {
    grid-template-columns: auto 1fr;
    align-items: center;
    gap: var(--space-2);
    font-weight: 400;
  }

  [type='checkbox'],
  [type='radio'] {
    flex: none;
    margin: 0;
    width: 20px;
    height: 20px;
    accent-color: var(--accent);
  }

  .problem {
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius);
    background: var(--bad-soft);
    color: var(--bad);
  }
`;
