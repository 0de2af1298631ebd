import { css } from 'lit';

/** Styles of tables that become lists of blocks on a narrow screen. */
export const tables = css`
  table {
    width: 100%;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    border-spacing: 0;
    background: var(--surface);
    font-size: 0.9375rem;
  }

  th,
  td {
    padding: var(--space-2) var(--space-4);
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
    overflow-wrap: break-word;
  }

  tr:last-child > * {
    border-bottom: 0;
  }

  thead th {
    color: var(--text-muted);
    font-weight: 550;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }

  @container page (max-width: 43rem) {
    thead {
      display: none;
    }

    tr {
      display: block;
      padding: var(--space-3) var(--space-4);
      border-bottom: 1px solid var(--line);
    }

    th,
    td {
      display: block;
      padding: 2px 0;
      border: 0;
      /* Unlike break-word, this lets a long address shrink its block. */
      overflow-wrap: anywhere;
    }

    /* The head of its column is not shown. */
    td[data-head]:not(:empty)::before {
      content: attr(data-head) ': ';
    }
  }
`;
