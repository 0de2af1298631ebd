import { parseArgs } from 'node:util';
import { noteIssuance } from '../../scripts/costs.mjs';
import { describeMachine } from './machine.js';
import type { Measurement } from './measurement.js';
import { ISSUANCE } from './measurements/issuance.js';
import { MEASUREMENTS } from './measurements.js';
import { runMeasurement, type Result } from './run-measurement.js';
import { tableOf, verdictOf } from './table.js';

/**
 * `npm run bench -- [NAME …] [--check]`: measures what is fast or light, each figure beside a reference of the same moment (docs/performance.md), or
 * only the lines whose names contain one of the given texts. Prints a table, and which goals are missed. With `--check` a missed goal is an
 * error. `--issuance` measures only what one issuance costs here, and notes it for `scripts/test.mjs`.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false }, issuance: { type: 'boolean', default: false } },
});

if (values.issuance) await noteOne();
else process.exitCode = await bench();

async function noteOne(): Promise<void> {
  const [issuance] = await runMeasurement({ ...ISSUANCE, rounds: 9 });
  if (issuance === undefined) throw new Error('no issuance was measured');
  noteIssuance(issuance.figure / 1000);
  console.log(`One issuance costs ${issuance.figure.toFixed(0)} ms of processor time here.`);
}

async function bench(): Promise<number> {
  const isChosen = ({ name }: { readonly name: string }): boolean =>
    positionals.length === 0 || positionals.some((text) => name.includes(text));
  const chosen = MEASUREMENTS.filter(({ lines }) => lines.some(isChosen));
  if (chosen.length === 0) {
    const names = MEASUREMENTS.flatMap(({ lines }) => lines.map(({ name }) => name));
    console.error(['Nothing is called so. The names:', ...names].join('\n  '));
    return 2;
  }
  const results: Result[] = [];
  for (const measurement of chosen) results.push(...(await run(measurement)).filter(({ line }) => isChosen(line)));
  console.log([...describeMachine(), '', tableOf(results), '', verdictOf(results)].join('\n'));
  return values.check && results.some(({ isMissed }) => isMissed) ? 1 : 0;
}

function run(measurement: Measurement): Promise<Result[]> {
  const names = measurement.lines.map(({ name }) => name).join('; ');
  process.stderr.write(`${names} ...\n`);
  return runMeasurement(measurement, (round) => {
    if (process.stderr.isTTY)
      process.stderr.write(`\r${round} of ${measurement.rounds} rounds${round === measurement.rounds ? '\n' : ''}`);
  });
}
