import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { inRepository } from '@cardwright/stage';
import { describe, expect, it } from '@jest/globals';
import { CHECKS } from '../../../native-host/src/checks/index.js';
import { COMMANDS } from '../../../native-host/src/cli/commands.js';
import { findCommand } from '../../../native-host/src/cli/find-command.js';
import { withLists } from '../../../native-host/src/cli/publish.js';
import { readMarkdown } from './markdown.js';

const read = (file: string): string => readFileSync(inRepository(file), 'utf8');
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: inRepository(), encoding: 'utf8' })
  .trim()
  .split('\n');

/** Words that the documents write for any command. */
const ANY = ['COMMAND', 'help', '--help', '--version'];

/** The command lines of the host in a document, without the program's name and comments. */
const linesIn = (file: string): string[] =>
  readMarkdown(file, read(file)).code.flatMap((code) =>
    [...code.matchAll(/(?:cardwright-host|npm run host --) +([a-z-][^#`;|&]*)/g)].map(([, line = '']) => line.trim()),
  );

/** Why a command line is wrong, or undefined. */
function complaint(line: string): string | undefined {
  const words = line.replaceAll(/[[\]]/g, '').split(/\s+/);
  if (ANY.includes(words[0] ?? '')) return undefined;
  const { command, args } = findCommand(words);
  const unknown = args.filter((word) => word.startsWith('--') && !Object.hasOwn(command.options, word.slice(2)));
  return unknown.length === 0 ? undefined : `${line}: ${unknown.join(', ')}`;
}

describe('the documents', () => {
  it.each(documents)('write commands of the host that exist in %s', (file) => {
    expect(linesIn(file).map(complaint).filter(Boolean)).toEqual([]);
  });

  it('write some', () => {
    expect(documents.flatMap(linesIn).length).toBeGreaterThan(30);
    expect(() => complaint('explode')).toThrow(/no command/);
    expect(complaint('doctor --bundle FILE')).toContain('--bundle');
  });
});

describe('native-host/README.md', () => {
  const readme = read('native-host/README.md');

  it('lists the commands and the checks as their tables have them', () => {
    expect(withLists(readme)).toBe(readme);
    for (const { name, summary } of COMMANDS) {
      expect(readme).toContain(`- \`${name}`);
      expect(readme).toContain(summary);
    }
    for (const { id, title, summary } of CHECKS) expect(readme).toContain(`- \`${id}\`, _${title}_: ${summary}`);
  });
});
