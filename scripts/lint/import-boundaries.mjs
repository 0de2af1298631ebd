import path from 'node:path';
import { chainBetween, fileOf, importsIn } from './import-graph.mjs';
import { FLOORS, FOR_TESTS, PACKAGES } from './layers.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * ESLint rule: packages import each other only as docs/architecture.md permits, rooms inside a package import only downwards, and imports
 * form no circle, not even of types.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
export const importBoundaries = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      package: '{{from}} may not import {{to}} (PACKAGES in scripts/lint/layers.mjs).',
      entry: 'Import @cardwright/{{to}} by its public entry, not by a file of it.',
      forTests: 'Only tests import {{specifier}} (FOR_TESTS in scripts/lint/layers.mjs).',
      self: 'Inside {{from}}, import the file itself.',
      upward: '{{from}} may not import {{to}}: imports run downwards only (FLOORS in scripts/lint/layers.mjs).',
      noRoom: '{{from}} has no place in FLOORS in scripts/lint/layers.mjs.',
      cycle: 'Imports run in a circle: {{chain}}.',
    },
  },
  create: (context) => ({
    Program() {
      const file = context.filename;
      const imports = importsIn(context.sourceCode.text);
      const seen = new Set();
      for (const { specifier, start, end } of imports) {
        const problem = judge(file, specifier, seen);
        const loc = {
          start: context.sourceCode.getLocFromIndex(start),
          end: context.sourceCode.getLocFromIndex(end),
        };
        if (problem !== undefined) context.report({ loc, ...problem });
      }
    },
  }),
};

/**
 * @param {string} file
 * @param {string} specifier
 * @param {Set<string>} seen files that are known to lead to no circle
 * @returns {{ messageId: string, data: Record<string, string> } | undefined}
 */
function judge(file, specifier, seen) {
  const [from = ''] = nameOf(file).split('/');
  const target = fileOf(file, specifier);
  const [to = ''] = target === undefined ? specifier.split('/').slice(1) : nameOf(target).split('/');
  if (target === undefined && !specifier.startsWith('@cardwright/')) return undefined;
  if (from === to && target === undefined) return { messageId: 'self', data: { from } };
  if (FOR_TESTS.includes(specifier) && from in PACKAGES && from !== 'tests')
    return { messageId: 'forTests', data: { specifier } };
  if (from !== to && from in PACKAGES) {
    if (!PACKAGES[from]?.includes(to)) return { messageId: 'package', data: { from, to } };
    return target === undefined || from === 'tests' ? undefined : { messageId: 'entry', data: { to } };
  }
  if (target === undefined) return undefined;
  const problem = judgeFloors(from, nameOf(file), nameOf(target));
  if (problem !== undefined) return problem;
  const chain = chainBetween(target, file, seen);
  if (chain === undefined) return undefined;
  return { messageId: 'cycle', data: { chain: [file, ...chain].map((one) => path.basename(one)).join(' → ') } };
}

/**
 * @param {string} name of a package
 * @param {string} from
 * @param {string} to
 */
function judgeFloors(name, from, to) {
  const floors = FLOORS[name];
  const source = `${name}/src/`;
  if (floors === undefined || !from.startsWith(source) || !to.startsWith(source)) return undefined;
  const [low, high] = [to, from].map((file) => roomOf(floors, file.slice(source.length)));
  if (high === undefined) return { messageId: 'noRoom', data: { from } };
  if (low === undefined) return { messageId: 'noRoom', data: { from: to } };
  if (low.room === high.room || low.floor < high.floor) return undefined;
  return { messageId: 'upward', data: { from, to } };
}

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
