import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';

const OVERSCAN = 12;

/** The object that computes which rows of a long list are visible. */
export type VirtualRows = Virtualizer<HTMLElement, HTMLElement>;

/**
 * Creates the object that computes which rows of a list are visible, each time the list scrolls or changes its size.
 *
 * @param height height of a row, in pixels
 * @param onChange called when other rows have become visible
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
