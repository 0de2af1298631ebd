import { METRICS, sample, type Labels, type MetricName, type Sample } from './metrics.js';

type CounterName = { [N in MetricName]: (typeof METRICS)[N]['type'] extends 'counter' ? N : never }[MetricName];

/** The counters of this process, since its start. */
export class Counters {
  readonly #series = new Map<string, Sample>();

  /** Adds to one series of a counter. */
  add<N extends CounterName>(name: N, labels: Labels<N>, by = 1): void {
    const key = `${name} ${JSON.stringify(labels)}`;
    this.#series.set(key, sample(name, labels, (this.#series.get(key)?.value ?? 0) + by));
  }

  get samples(): readonly Sample[] {
    return [...this.#series.values()];
  }
}
