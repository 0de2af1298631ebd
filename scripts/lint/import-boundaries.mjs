import path from 'node:path';
import { chainBetween, fileOf, importsIn } from './import-graph.mjs';
import { FLOORS, FOR_TESTS, PACKAGES } from './layers.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** @typedef {{ line: number, column: number, message: string }} Finding with line and column counted from 1 */

/**
 * Judges what a file imports: packages import each other only as docs/architecture.md permits, rooms inside a package import only downwards, and
 * imports form no circle, not even of types.
 *
 * @param {string} file an absolute path
 * @param {string} text of the file
 * @returns {Finding[]}
 */
export function judgeImports(file, text) {
  const seen = new Set();
  return importsIn(text).flatMap(({ specifier, start }) => {
    const message = judge(file, specifier, seen);
    return message === undefined ? [] : [{ ...placeOf(text, start), message }];
  });
}

/** @param {string} text @param {number} offset */
function placeOf(text, offset) {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/**
 * @param {string} file
 * @param {string} specifier
 * @param {Set<string>} seen files that are known to lead to no circle
 * @returns {string | undefined} what is wrong with this import
 */
function judge(file, specifier, seen) {
  const [from = ''] = nameOf(file).split('/');
  const target = fileOf(file, specifier);
  const [to = ''] = target === undefined ? specifier.split('/').slice(1) : nameOf(target).split('/');
  if (target === undefined && !specifier.startsWith('@cardwright/')) return undefined;
  if (from === to && target === undefined) return `Inside ${from}, import the file itself.`;
  if (FOR_TESTS.includes(specifier) && from in PACKAGES && from !== 'tests')
    return `Only tests import ${specifier} (FOR_TESTS in scripts/lint/layers.mjs).`;
  if (from !== to && from in PACKAGES) {
    if (!PACKAGES[from]?.includes(to)) return `${from} may not import ${to} (PACKAGES in scripts/lint/layers.mjs).`;
    if (target === undefined || from === 'tests') return undefined;
    return `Import @cardwright/${to} by its public entry, not by a file of it.`;
  }
  if (target === undefined) return undefined;
  const problem = judgeFloors(from, nameOf(file), nameOf(target));
  if (problem !== undefined) return problem;
  const chain = chainBetween(target, file, seen);
  if (chain === undefined) return undefined;
  return `Imports run in a circle: ${[file, ...chain].map((one) => path.basename(one)).join(' → ')}.`;
}

/**
 * @param {string} name of a package
 * @param {string} from
 * @param {string} to
 * @returns {string | undefined} what is wrong with this import
 */
function judgeFloors(name, from, to) {
  const floors = FLOORS[name];
  const source = `${name}/src/`;
  if (floors === undefined || !from.startsWith(source) || !to.startsWith(source)) return undefined;
  const [low, high] = [to, from].map((file) => roomOf(floors, file.slice(source.length)));
  if (high === undefined) return withoutRoom(from);
  if (low === undefined) return withoutRoom(to);
  if (low.room === high.room || low.floor < high.floor) return undefined;
  return `${from} may not import ${to}: imports run downwards only (FLOORS in scripts/lint/layers.mjs).`;
}

/** @param {string} file */
const withoutRoom = (file) => `${file} has no place in FLOORS in scripts/lint/layers.mjs.`;

/**
 * Finds the room of a file. The longest entry wins: `server/store/` before `server/`, and any before `*` and `**`.
 *
 * @param {import('./layers.mjs').Room[][]} floors
 * @param {string} file inside `src/`
 */
function roomOf(floors, file) {
  const rooms = floors.flatMap((floor, height) => floor.map((room) => ({ room, floor: height })));
  const named = rooms
    .filter(({ room }) => (room.endsWith('/') ? file.startsWith(room) : file === room))
    .sort((a, b) => b.room.length - a.room.length)[0];
  if (named !== undefined) return named;
  const folder = file.includes('/') ? file.slice(0, file.indexOf('/') + 1) : undefined;
  const other = rooms.find(({ room }) => room === (folder === undefined ? '*' : '**'));
  return other && { ...other, room: folder ?? other.room };
}

/** @param {string} file */
function nameOf(file) {
  return path.relative(ROOT, file).split(path.sep).join('/');
}
