import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Sequencer from '@jest/test-sequencer';

const ROOT = path.join(import.meta.dirname, '..');
/**
 * Groups of folders of tests, in their order. Packages come first, because one of their files takes minutes. Then come the levels whose files start
 * processes, mixed: browsers keep a processor busy while others wait. Those that only compute fill the gaps at the end.
 */
const GROUPS = [['integration/installers/'], ['e2e/', 'integration/'], ['simulation/', 'engine/', 'unit/', 'fuzz/']];

/**
 * The files of each group in an order that the seed draws, so that no test can come to need what another has left. With
 * `CARDWRIGHT_ORDER`, the path of a list of files, in the order of that list.
 */
export default class SeededSequencer extends Sequencer {
  sort(tests) {
    const place = placeOf(process.env);
    return tests
      .map((test) => ({ test, place: place(path.relative(ROOT, test.path)) }))
      .sort((a, b) => (a.place < b.place ? -1 : 1))
      .map(({ test }) => test);
  }
}

/** @returns {(file: string) => string} what the files are sorted by */
function placeOf({ CARDWRIGHT_ORDER: list, CARDWRIGHT_SEED: seed = '' }) {
  if (list !== undefined) {
    const files = readFileSync(list, 'utf8').split('\n');
    return (file) => String(files.indexOf(file)).padStart(6, '0');
  }
  return (file) => {
    const group = GROUPS.findIndex((folders) => folders.some((folder) => file.startsWith(`tests/${folder}`)));
    return `${group} ${createHash('sha256').update(`${seed} ${file}`).digest('hex')}`;
  };
}
