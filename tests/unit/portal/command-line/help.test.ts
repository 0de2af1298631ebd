import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BUILD_VERSION } from '../../../../portal/src/server/build-version.js';
import { runCommandLine } from '../../../../portal/src/server/command-line/run-command-line.js';
import { ALL_FACTS, COMMANDS } from '../../../../portal/src/server/command-line/table.js';
import { usageOf } from '../../../../portal/src/server/commands/command-facts.js';

/** Settings that no one may read: help must not need them. */
const INSTALLED = { CARDWRIGHT_SETTINGS: '/nonexistent/cardwright-portal' };

let lines: string[];
let problems: string[];
beforeEach(() => {
  lines = [];
  problems = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(...text.split('\n')));
  jest.spyOn(console, 'error').mockImplementation((text: string) => void problems.push(text));
});
afterEach(() => {
  jest.restoreAllMocks();
});
const run = (...words: string[]) => runCommandLine(words, INSTALLED);

describe('cardwright-portal', () => {
  it.each([['--help'], ['-h'], ['help']])('lists all commands for %s', async (word) => {
    expect(await run(word)).toBe(0);
    for (const { name, summary } of ALL_FACTS)
      expect(lines).toContainEqual(
        expect.stringMatching(new RegExp(`^  ${name} .*${summary.replace(/[.{}?()[\]]/g, '\\$&')}$`)),
      );
    expect(problems).toEqual([]);
  });

  it.each(Object.keys(COMMANDS))('explains %s with each of its options, without settings', async (name) => {
    expect(await run(name, '--help')).toBe(0);
    const viaOption = lines;
    lines = [];
    expect(await run('help', name)).toBe(0);
    expect(lines).toEqual(viaOption);
    for (const facts of COMMANDS[name]?.facts ?? []) {
      expect(lines).toContain(`Usage: cardwright-portal ${usageOf(facts)}`);
      for (const { summary } of Object.values(facts.options))
        expect(lines).toContainEqual(expect.stringContaining(summary));
    }
    expect(problems).toEqual([]);
  });

  it('explains one verb, also behind other arguments', async () => {
    expect(await run('account', 'add', 'bob', '--display-name', 'Bob', '--help')).toBe(0);
    expect(lines.filter((line) => line.startsWith('Usage: '))).toEqual([
      'Usage: cardwright-portal account add NAME --display-name TEXT [--role ROLE]... [--email ADDRESS] [--upn NAME] [--sid SID] [--password-file FILE]',
    ]);
  });

  it.each([[['help', 'begin']], [['begin', '--help']], [['begin']], [['constructor', '--help']]])(
    'names the commands for %j, which is none',
    async (words) => {
      expect(await runCommandLine(words, INSTALLED)).toBe(1);
      expect(problems).toEqual([expect.stringContaining('there is serve, init, account, doctor')]);
      expect(lines).toEqual([]);
    },
  );

  it('does not start by accident where it is installed', async () => {
    expect(await run()).toBe(1);
    expect(problems).toEqual([expect.stringMatching(/^cardwright-portal: there is no such command/)]);
  });

  it('prints its version', async () => {
    expect(await run('--version')).toBe(0);
    expect(lines).toEqual([BUILD_VERSION]);
    expect(BUILD_VERSION).toMatch(/^\d+\.\d+\.\d+\+g[0-9a-f]{8}(\.changed)?$/);
  });
});
