import { sample, type Labels, type OwnMetrics, type Sample } from './metrics.js';

type NameOf<T extends string> = {
  [N in keyof OwnMetrics]: OwnMetrics[N]['type'] extends T ? N : never;
}[keyof OwnMetrics];

/** Upper ends of the buckets of a histogram in seconds. */
const ENDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Observed {
  readonly one: Sample;
  readonly atMost: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/** The counters and histograms of this process, since its start. */
export class Counters {
  readonly #series = new Map<string, Sample>();
  readonly #observed = new Map<string, Observed>();

  /** Adds to one series of a counter. */
  add<N extends NameOf<'counter'>>(name: N, labels: Labels<OwnMetrics, N>, by = 1): void {
    const key = `${name} ${JSON.stringify(labels)}`;
    this.#series.set(key, sample(name, labels, (this.#series.get(key)?.value ?? 0) + by));
  }

  /** Adds a value in seconds to one series of a histogram. */
  observe<N extends NameOf<'histogram'>>(name: N, labels: Labels<OwnMetrics, N>, seconds: number): void {
    const key = `${name} ${JSON.stringify(labels)}`;
    const before = this.#observed.get(key);
    this.#observed.set(key, {
      one: sample(name, labels, seconds),
      atMost: ENDS.map((end, index) => (before?.atMost[index] ?? 0) + (seconds <= end ? 1 : 0)),
      sum: (before?.sum ?? 0) + seconds,
      count: (before?.count ?? 0) + 1,
    });
  }

  get samples(): readonly Sample[] {
    return [...this.#series.values(), ...[...this.#observed.values()].flatMap(samplesOf)];
  }
}

function samplesOf({ one: { name, labels }, atMost, sum, count }: Observed): Sample[] {
  const buckets = [
    ...ENDS.map((end, index): [string, number] => [String(end), atMost[index] ?? 0]),
    ['+Inf', count] as const,
  ];
  return [
    ...buckets.map(([le, value]): Sample => ({ name, labels: { ...labels, le }, value, suffix: '_bucket' })),
    { name, labels, value: sum, suffix: '_sum' },
    { name, labels, value: count, suffix: '_count' },
  ];
}
