import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GUIDED_TARGETS } from './guided-targets.js';

/** Inputs that a target begins with. */
const SAMPLES = 200;
/** Seconds after which one input counts as hanging, and MiB after which a process counts as grown (libFuzzer's -timeout and -rss_limit_mb). */
const LIMITS = ['-timeout=30', '-rss_limit_mb=2048'];
const LONGEST = 8192;
/** Last lines of a process that are shown when it ends with a fault. */
const LAST_LINES = 40;
const JAZZER = path.join(path.dirname(createRequire(import.meta.url).resolve('@jazzer.js/core')), 'cli.js');
const BUNDLE = path.join(import.meta.dirname, 'jazzer-target.cjs');

/**
 * Lets Jazzer.js try each target for so many seconds. It changes inputs that have reached something new in the product.
 *
 * @param names of targets; empty for all whose doors read bytes
 * @returns the number of targets with a fault
 */
export async function runGuided(names: readonly string[], seed: number, seconds: number): Promise<number> {
  let faults = 0;
  for (const { name, openGuided } of GUIDED_TARGETS.filter((one) => names.length === 0 || names.includes(one.name))) {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-guided-'));
    try {
      const corpus = path.join(folder, 'corpus');
      mkdirSync(corpus);
      for (const [index, input] of (await openGuided()).samples(seed, SAMPLES).entries())
        writeFileSync(path.join(corpus, String(index)), input);
      const { code, said } = await runJazzer(name, corpus, folder, seed, seconds);
      const found = readdirSync(folder).find((file) => file !== 'corpus');
      console.log(`${name.padEnd(14)} ${progressOf(said)}`);
      if (code === 0) continue;
      faults += 1;
      const input = found === undefined ? '' : readFileSync(path.join(folder, found)).toString('hex');
      console.error(`FAULT in ${name}, by bytes ${input}\n${said.split('\n').slice(-LAST_LINES).join('\n')}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return faults;
}

function runJazzer(
  name: string,
  corpus: string,
  folder: string,
  seed: number,
  seconds: number,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const options = [`-max_total_time=${seconds}`, `-seed=${seed}`, `-max_len=${LONGEST}`, `-artifact_prefix=${folder}/`];
  const args = [BUNDLE, '-f', 'fuzz', '-i', path.dirname(BUNDLE), '--', ...options, ...LIMITS, corpus];
  const running = spawn(process.execPath, [JAZZER, ...args], {
    env: { ...process.env, CARDWRIGHT_FUZZ_TARGET: name },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [running.stdout, running.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  return new Promise((resolve, reject) => {
    running.once('error', reject);
    running.once('close', (code) => {
      resolve({ code, said });
    });
  });
}

/** The last line in which libFuzzer says how far it is: its runs, and what was reached (`cov`). */
const progressOf = (said: string): string =>
  said
    .split('\n')
    .filter((line) => /^#\d+\t/.test(line))
    .at(-1) ?? 'nothing was run';
