import type { Span } from './command-group.js';

/**
 * A time axis for the visible entries. Between commands a user may think for seconds or minutes. Such pauses are drawn as narrow gaps,
 * because pauses of their real length would make the bars too thin to see.
 */
export class TimeAxis {
  readonly #pieces: readonly Piece[];
  readonly #length: number;

  private constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
    this.#length = pieces.at(-1)?.to ?? 0;
  }

  /** Returns the axis for these spans. Unfinished spans end at `now`, in milliseconds since 1970. */
  static over(spans: readonly Span[], now: number): TimeAxis {
    const busy = merge(spans.map(({ start, end }) => ({ start, end: Math.max(start, end ?? now) })));
    const active = busy.reduce((sum, { start, end }) => sum + end - start, 0);
    const gap = Math.max(active * GAP_SHARE, 1);
    const pieces: Piece[] = [];
    let at = 0;
    for (const [index, { start, end }] of busy.entries()) {
      const before = busy[index - 1];
      if (before !== undefined) at += Math.min(start - before.end, gap);
      pieces.push({ start, end, from: at, to: at + end - start });
      at += end - start;
    }
    return new TimeAxis(pieces);
  }

  /** Returns the left edge and the width of a bar, as shares of the axis from 0 to 1. */
  place({ start, end }: Span, now: number): { readonly left: number; readonly width: number } {
    if (this.#length === 0) return { left: 0, width: 0 };
    const left = this.#position(start) / this.#length;
    return { left, width: Math.max(0, this.#position(Math.max(start, end ?? now)) / this.#length - left) };
  }

  #position(time: number): number {
    let position = 0;
    for (const { start, end, from, to } of this.#pieces) {
      if (time < start) return position;
      if (time <= end) return from + time - start;
      position = to;
    }
    return position;
  }
}

interface Piece {
  readonly start: number;
  readonly end: number;
  /** Position at which the piece begins on the axis. */
  readonly from: number;
  readonly to: number;
}

/** Maximum width of a pause on the axis, as a share of the busy time. */
const GAP_SHARE = 0.02;

/** Merges spans that overlap or touch. */
function merge(spans: { start: number; end: number }[]): { start: number; end: number }[] {
  const merged: { start: number; end: number }[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  return merged;
}

/** Formats a duration, for example `0.4 ms`, `12 ms`, `1.25 s` or `2 min 5 s`. Returns `…` if the duration is null, because it has not ended. */
export function formatDuration(milliseconds: number | null): string {
  if (milliseconds === null) return '…';
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(2)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Formats a time in the local time zone, in hours, minutes, seconds and milliseconds. */
export function formatTime(at: number): string {
  const time = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}
