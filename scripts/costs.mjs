import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..');

/** What each file has cost in the last run that had it, in seconds. */
const KEPT = path.join(ROOT, '.cache', 'test-costs.json');

/** Clock ticks of a second, in which Linux counts the time of processes (`getconf CLK_TCK`). */
const TICKS = 100;
/** Place of `cutime` and `cstime` in `/proc/PID/stat` (proc(5)), counted behind the name of the program. */
const CHILDREN = 13;
/** Name of the note of what an issuance costs. */
const ISSUANCE = 'issuance';

/** Seconds of processor time of this process, and of those that it has started and that have ended. */
export function processorTime() {
  const { user, system } = process.cpuUsage();
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (user + system) / 1e6 + (Number(fields[CHILDREN]) + Number(fields[CHILDREN + 1])) / TICKS;
}

/**
 * Measures what processes have cost that are ended one after the other. Linux adds what a process has cost to its parent when it has ended.
 *
 * @returns what ends a process, and the seconds of each name
 */
export function meterOfEndings() {
  /** @type {Map<string, number>} */
  const seconds = new Map();
  const end = async (/** @type {string} */ name, /** @type {() => Promise<void>} */ stop) => {
    const before = processorTime();
    await stop();
    seconds.set(name, (seconds.get(name) ?? 0) + processorTime() - before);
  };
  return { end, seconds };
}

/**
 * Notes what a file of tests cost, in the folder that `scripts/test.mjs` names.
 *
 * @param {string} file absolute
 * @param {number} seconds of processor time
 */
export function noteCost(file, seconds) {
  note(path.relative(ROOT, file), seconds);
}

/** Notes what one issuance costs on this machine now. @param {number} seconds of processor time */
export function noteIssuance(seconds) {
  note(ISSUANCE, seconds);
}

function note(name, seconds) {
  const { CARDWRIGHT_COSTS: folder, JEST_WORKER_ID: worker = '1' } = process.env;
  if (folder !== undefined) appendFileSync(path.join(folder, worker), `${name}\t${seconds}\n`);
}

/**
 * Reads the notes of a run.
 *
 * @param {string} folder
 * @returns {{ files: { file: string, seconds: number }[], issuance: number | undefined }}
 */
export function readCosts(folder) {
  const rows = existsSync(folder)
    ? readdirSync(folder).flatMap((name) => readFileSync(path.join(folder, name), 'utf8').trim().split('\n'))
    : [];
  const notes = rows.map((row) => row.split('\t')).map(([file = '', seconds]) => ({ file, seconds: Number(seconds) }));
  return {
    files: notes.filter(({ file }) => file !== ISSUANCE),
    issuance: notes.find(({ file }) => file === ISSUANCE)?.seconds,
  };
}

/** Keeps what files have cost, for `npm test -- --changed`. @param {ReturnType<typeof readCosts>} costs */
export function keepCosts({ files }) {
  const news = Object.fromEntries(files.map(({ file, seconds }) => [file, seconds]));
  mkdirSync(path.dirname(KEPT), { recursive: true });
  writeFileSync(KEPT, JSON.stringify({ ...keptCosts(), ...news }));
}

/** @returns {Record<string, number>} seconds of each file that an earlier run has measured */
export const keptCosts = () => (existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, 'utf8')) : {});

/** Lines at the beginning of a file among which its claim stands. */
const FIRST_LINES = 3;
const CLAIM = /^\/\/ Alone proves: (.+)$/;

/**
 * Reads what a file of tests alone proves: what no cheaper file would notice.
 *
 * @param {string} file from the clone's folder
 * @returns {string | undefined} undefined where it claims nothing
 */
export function claimOf(file) {
  const absolute = path.join(ROOT, file);
  if (!existsSync(absolute)) return undefined;
  const lines = readFileSync(absolute, 'utf8').split('\n', FIRST_LINES);
  return lines.map((line) => CLAIM.exec(line)?.[1]).find((claim) => claim !== undefined);
}

/**
 * Names the files that cost more than they may without saying what they alone prove. Where no issuance was measured, there are none.
 *
 * @param {ReturnType<typeof readCosts>} costs
 * @param {number} most in issuances
 */
export function unexplained({ files, issuance }, most) {
  if (issuance === undefined) return [];
  return files.filter(({ file, seconds }) => seconds / issuance > most && claimOf(file) === undefined);
}

/**
 * Tells what a run has cost, in issuances where one was measured in it, else in seconds: the whole, each level, and the dearest files with what they
 * alone prove.
 *
 * @param {ReturnType<typeof readCosts>} costs
 * @param {{ whole: number, shared: ReadonlyMap<string, number> }} seconds of processor time: of all, and of each kind of process that workers share
 * @param {number} most number of files
 * @returns {string[]} lines
 */
export function tellCosts({ files, issuance }, { whole, shared }, most) {
  const amount = (/** @type {number} */ seconds) =>
    issuance === undefined ? `${seconds.toFixed(0)} s` : (seconds / issuance).toFixed(0);
  const levels = new Map();
  for (const { file, seconds } of files) {
    const level = file.split('/')[1] ?? '';
    levels.set(level, (levels.get(level) ?? 0) + seconds);
  }
  const inFiles = sum(files.map(({ seconds }) => seconds));
  const inShared = sum([...shared.values()]);
  /** @type {[string, number][]} */
  const parts = [
    ...levels,
    ['what files share', inShared],
    ['Jest and style', Math.max(0, whole - inShared - inFiles)],
  ];
  const tell = (/** @type {Iterable<[string, number]>} */ amounts) =>
    [...amounts].map(([name, seconds]) => `${name} ${amount(seconds)}`).join(', ');
  const unit =
    issuance === undefined ? 'seconds' : `issuances, of which one costs ${(issuance * 1000).toFixed(0)} ms here`;
  return [
    `Processor time in ${unit}: ${amount(whole)}.`,
    `  ${tell(parts)}.`,
    ...(shared.size > 0 ? [`  What files share: ${tell(shared)}.`] : []),
    '  The dearest files, and what each alone proves:',
    ...files
      .toSorted((a, b) => b.seconds - a.seconds)
      .slice(0, most)
      .map(({ file, seconds }) => `${amount(seconds).padStart(8)}  ${file}: ${claimOf(file) ?? 'it does not say'}`),
  ];
}

const sum = (/** @type {number[]} */ amounts) => amounts.reduce((whole, amount) => whole + amount, 0);
