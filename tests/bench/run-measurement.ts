import type { Line, Measurement, Sample } from './measurement.js';

/** A line with what was measured. */
export interface Result {
  readonly line: Line;
  /** Median over the rounds. */
  readonly figure: number;
  /** Median over the rounds. */
  readonly reference: number;
  /** The medians' ratio. */
  readonly ratio: number;
  /** The least and the greatest ratio of a round. */
  readonly spread: readonly [least: number, greatest: number];
  readonly isMissed: boolean;
}

/**
 * Runs a measurement round by round.
 *
 * @param onRound is told the number of each round that counts, from 1
 */
export async function runMeasurement(
  { lines, rounds, warmUp = 0, open }: Measurement,
  onRound: (round: number) => void = () => undefined,
): Promise<Result[]> {
  const bench = await open();
  const samples: (readonly Sample[])[] = [];
  try {
    for (let round = 0; round < warmUp; round += 1) await bench.round();
    while (samples.length < rounds) {
      samples.push(await bench.round());
      onRound(samples.length);
    }
  } finally {
    await bench.close?.();
  }
  return lines.map((line, index) =>
    resultOf(
      line,
      samples.map((round) => demand(round[index])),
    ),
  );
}

function resultOf(line: Line, samples: readonly Sample[]): Result {
  const figure = median(samples.map((sample) => sample.figure));
  const reference = median(samples.map((sample) => sample.reference));
  const ratio = figure / reference;
  const ratios = samples.map((sample) => sample.figure / sample.reference);
  const { goal } = line;
  const isMet = 'atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast;
  return { line, figure, reference, ratio, spread: [Math.min(...ratios), Math.max(...ratios)], isMissed: !isMet };
}

/** Returns the middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const [below, above] = [sorted[sorted.length % 2 === 1 ? half : half - 1], sorted[half]];
  return (demand(below) + demand(above)) / 2;
}

function demand<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}
