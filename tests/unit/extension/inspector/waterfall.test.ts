import { describe, expect, it } from '@jest/globals';
import { formatDuration, TimeAxis } from '../../../../extension/src/pages/inspector/model/waterfall.js';

describe('the waterfall', () => {
  it('lays bars over the visible time', () => {
    const spans = [
      { start: 100, end: 200 },
      { start: 150, end: 300 },
    ];
    const axis = TimeAxis.over(spans, 300);
    expect(spans.map((span) => axis.place(span, 300))).toEqual([
      { left: 0, width: 0.5 },
      { left: 0.25, width: 0.75 },
    ]);
  });

  it('shortens idle time', () => {
    const spans = [
      { start: 0, end: 100 },
      { start: 600_000, end: 600_100 },
    ];
    const axis = TimeAxis.over(spans, 0);
    const [first, second] = spans.map((span) => axis.place(span, 0));
    expect(first?.width).toBeCloseTo(0.49, 1);
    expect(second?.left).toBeGreaterThan(first?.width ?? 1);
    expect(second?.left).toBeLessThan(0.52);
  });

  it('draws unfinished spans up to now', () => {
    const axis = TimeAxis.over([{ start: 0, end: null }], 50);
    expect(axis.place({ start: 25, end: null }, 50)).toEqual({ left: 0.5, width: 0.5 });
  });

  it('survives odd spans: no times, one moment, an end before its start', () => {
    expect(TimeAxis.over([], 0).place({ start: 1, end: 2 }, 0)).toEqual({ left: 0, width: 0 });
    expect(TimeAxis.over([{ start: 5, end: 5 }], 5).place({ start: 5, end: 5 }, 5)).toEqual({ left: 0, width: 0 });
    expect(
      TimeAxis.over(
        [
          { start: 9, end: 5 },
          { start: 0, end: 20 },
        ],
        5,
      ).place({ start: 9, end: 5 }, 5).width,
    ).toBe(0);
  });

  it.each([
    [0.42, '0.4 ms'],
    [12.4, '12 ms'],
    [1_250, '1.25 s'],
    [125_000, '2 min 5 s'],
    [null, '…'],
  ])('writes %s as %s', (milliseconds, words) => {
    expect(formatDuration(milliseconds)).toBe(words);
  });
});
