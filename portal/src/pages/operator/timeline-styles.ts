import { css } from 'lit';

/** Styles of the timeline: a vertical line with a dot for each item. Colours only repeat what words say. */
export const timelineStyles = css`
  article {
    padding: var(--space-4) var(--space-5);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
  }

  header {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: center;
    gap: var(--space-1) var(--space-3);
    margin-bottom: var(--space-4);
  }

  header p {
    grid-column: 1 / -1;
    font-size: 0.875rem;
    overflow-wrap: anywhere;
  }

  h3 {
    font-size: 1.0625rem;
  }

  .status {
    justify-self: start;
    padding: 2px var(--space-3);
    border-radius: 999px;
    background: var(--surface-raised);
    font-size: 0.875rem;
    font-weight: 600;
  }

  .status.done {
    background: var(--good-soft);
    color: var(--good);
  }

  .status.failed {
    background: var(--bad-soft);
    color: var(--bad);
  }

  .status.running {
    background: var(--warn-soft);
    color: var(--warn);
  }

  ol,
  ul {
    list-style: none;
  }

  .item {
    position: relative;
    display: grid;
    grid-template-columns: 5.5rem minmax(0, 1fr);
    gap: var(--space-2) var(--space-5);
    padding-bottom: var(--space-3);
    font-size: 0.9375rem;
  }

  /* The line, with a dot for each item. */
  .item::before {
    position: absolute;
    top: 0.75em;
    bottom: -0.75em;
    left: calc(5.5rem + 11px);
    width: 2px;
    background: var(--line);
    content: '';
  }

  .item:last-child::before {
    display: none;
  }

  .item::after {
    position: absolute;
    top: 0.45em;
    left: calc(5.5rem + 7px);
    width: 10px;
    height: 10px;
    border: 2px solid var(--line-strong);
    border-radius: 50%;
    background: var(--surface);
    content: '';
  }

  .item.fact::after {
    top: 0.6em;
    left: calc(5.5rem + 9px);
    width: 6px;
    height: 6px;
    border-width: 0;
    background: var(--line-strong);
  }

  .item.step::after {
    border-color: var(--accent);
    background: var(--accent);
  }

  .item.good::after {
    border-color: var(--good);
    background: var(--good);
  }

  .item.warn::after {
    border-color: var(--warn);
    background: var(--warn);
  }

  .item.bad::after {
    border-color: var(--bad);
    background: var(--bad);
  }

  .item.good > .content,
  .item.bad > .content,
  .item.warn > .content,
  .item.ended > .content,
  .words {
    font-weight: 600;
  }

  .item.bad > .content > :not(.row),
  .item.warn > .content > :not(.row) {
    font-weight: 400;
  }

  time {
    color: var(--text-muted);
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
    line-height: 1.5rem;
    text-align: right;
    white-space: nowrap;
  }

  .content {
    min-width: 0;
    overflow-wrap: anywhere;
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-3);
  }

  .words {
    min-width: 12rem;
  }

  code {
    color: var(--text-muted);
    font-size: 0.8125rem;
  }

  .failure code {
    color: inherit;
  }

  svg {
    flex: 1 1 6rem;
    max-width: 16rem;
    height: 6px;
    border-radius: 3px;
    background: var(--surface-raised);
  }

  rect {
    fill: var(--accent);
  }

  .bad rect {
    fill: var(--bad);
  }

  .took {
    min-width: 4.5rem;
    color: var(--text-muted);
    font-size: 0.875rem;
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }

  .detail {
    display: block;
    font-size: 0.8125rem;
  }

  summary {
    width: fit-content;
    padding-block: 2px;
    border-radius: 4px;
    color: var(--text-muted);
    font-size: 0.875rem;
    font-weight: 400;
    cursor: pointer;
  }

  ul {
    display: grid;
    gap: 2px;
    padding: var(--space-1) 0 var(--space-1) var(--space-4);
    font-weight: 400;
  }

  li code {
    font-size: 0.875rem;
  }

  .outcome {
    color: var(--text-muted);
    font-size: 0.8125rem;
  }

  .passed .outcome {
    color: var(--good);
  }

  .failed > .outcome,
  .failed > code {
    color: var(--bad);
    font-weight: 600;
  }

  @container page (max-width: 33rem) {
    article {
      padding: var(--space-4);
    }

    .item {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
      padding-left: var(--space-5);
    }

    .item::before {
      left: 4px;
    }

    .item::after {
      left: 0;
    }

    .item.fact::after {
      left: 2px;
    }

    time {
      text-align: left;
    }

    .words {
      min-width: 0;
    }

    svg {
      flex-basis: 60%;
    }
  }
`;
