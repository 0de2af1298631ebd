import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';

const OVERSCAN = 12;

/** Computes the visible rows of a long list. */
export type VirtualRows = Virtualizer<HTMLElement, HTMLElement>;

/**
 * Starts to follow the scrolling of a list.
 *
 * @param height of a row, in pixels
 * @param onChange is called when other rows are visible
 */
export function virtualRows(grid: HTMLElement, height: number, onChange: () => void): VirtualRows {
  const rows = new Virtualizer<HTMLElement, HTMLElement>({
    count: 0,
    getScrollElement: () => grid,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollPaddingEnd: height,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange,
  });
  rows._didMount();
  rows._willUpdate();
  return rows;
}
