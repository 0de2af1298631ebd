import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../../../native-host/src/cli/commands.js';
import { commandsNamed, findCommand } from '../../../../native-host/src/cli/find-command.js';
import { readArguments } from '../../../../native-host/src/cli/grammar.js';
import { helpOf, optionTerm, overview, termOf, usageOf } from '../../../../native-host/src/cli/help.js';
import { nearest } from '../../../../native-host/src/cli/nearest.js';
import { UsageError } from '../../../../native-host/src/cli/usage-error.js';

/** Reads a command line that is wrong, without running it, and returns what its author is told. */
function complaint(line: string): string {
  try {
    const { command, args } = findCommand(line.split(' '));
    readArguments(command, args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`${line} is not wrong`);
}

describe('the table of commands', () => {
  it('has one form: a word, or a noun and a verb', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+( [a-z]+)?$/);
  });

  it('says in sentences that begin with a verb what everything does', () => {
    for (const { summary, more = [], options, examples } of COMMANDS)
      for (const sentence of [
        summary,
        ...more,
        ...Object.values(options).map((option) => option.summary),
        ...examples.map((example) => example.summary),
      ])
        expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('names the value of each option that takes one, and of no other', () => {
    for (const { options } of COMMANDS)
      for (const { type, value } of Object.values(options)) expect(value === undefined).toBe(type === 'boolean');
  });

  it('has examples that name the command, and options that it has', () => {
    for (const command of COMMANDS) {
      expect(command.examples.length).toBeGreaterThan(0);
      for (const { line } of command.examples) {
        const found = findCommand(line.split(' '));
        expect(found.command).toBe(command);
        const options = found.args.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
        expect(options.filter((option) => !Object.hasOwn(command.options, option))).toEqual([]);
      }
    }
  });
});

describe('the help', () => {
  it('lists every command with what it does', () => {
    const lines = overview().split('\n');
    for (const command of COMMANDS) {
      const line = lines.find((one) => one.startsWith(`  ${termOf(command)} `));
      expect(line?.endsWith(command.summary)).toBe(true);
    }
    expect(overview()).toContain('help [COMMAND]');
    expect(overview()).toContain('--version');
    expect(overview()).toContain('Exit codes');
  });

  it.each(COMMANDS)('of $name has its options and examples', (command) => {
    const text = helpOf([command]);
    expect(text).toContain(`Usage: cardwright-host ${usageOf(command)}\n`);
    for (const [name, option] of Object.entries(command.options)) {
      expect(text).toContain(optionTerm(name, option));
      expect(text).toContain(option.summary);
    }
    for (const { line } of command.examples) expect(text).toContain(`cardwright-host ${line}`);
  });

  it('shows which options exclude each other, and which operand may be left out', () => {
    const usages = COMMANDS.map(usageOf);
    expect(usages).toContain('doctor [--json | --watch]');
    expect(usages).toContain('bundle write [FILE]');
    expect(usages).toContain('bundle read FILE');
    expect(usages).toContain('logs [--lines NUMBER] [--follow]');
  });

  it('is of one command, or of all with a noun', () => {
    const named = (line: string) => commandsNamed(line.split(' ')).map(({ name }) => name);
    expect(named('doctor')).toEqual(['doctor']);
    expect(named('doctor --json')).toEqual(['doctor']);
    expect(named('bundle read')).toEqual(['bundle read']);
    expect(named('bundle')).toEqual(['bundle write', 'bundle read']);
    expect(named('policy')).toEqual(['policy add', 'policy show', 'policy remove']);
  });
});

describe('a command line that is wrong', () => {
  it.each([
    ['explode', 'There is no command "explode".'],
    ['doctr', 'There is no command "doctr". Did you mean `doctor`?'],
    ['lsit', 'There is no command "lsit". Did you mean `list`?'],
    ['show', 'There is no command "show". Did you mean `policy show`?'],
    ['bundle', '`bundle` needs a verb: `bundle write` or `bundle read`.'],
    ['bundle support.json', '`bundle` needs a verb: `bundle write` or `bundle read`.'],
    ['bundle raed', '`bundle` needs a verb: `bundle write` or `bundle read`. Did you mean `bundle read`?'],
    ['doctor --quick', '`doctor` has no option --quick.'],
    ['doctor --jsno', '`doctor` has no option --jsno. Did you mean --json?'],
    ['doctor --bundle FILE', '`doctor` has no option --bundle.'],
    ['doctor --constructor', '`doctor` has no option --constructor.'],
    ['doctor -j', '`doctor` has no option -j.'],
    ['doctor --json=yes', '--json takes no value.'],
    ['doctor --json --watch', '--json and --watch exclude each other.'],
    ['doctor card', '`doctor` does not take "card".'],
    ['bundle read', '`bundle read` needs a FILE.'],
    ['bundle read a b', '`bundle read` does not take "b".'],
    ['logs --lines', '--lines needs a NUMBER.'],
    ['logs --lines --follow', '--lines needs a NUMBER.'],
    ['install --system --user-data-dir DIR', '--user-data-dir and --system exclude each other.'],
    ['uninstall --browser-dir', '--browser-dir needs a DIR.'],
    ['policy add', '`policy add` needs a FILE.'],
    ['policy show --browser Edge', '`policy show` has no option --browser.'],
  ])('is explained: %s', (line, words) => expect(complaint(line)).toBe(words));
});

describe('the nearest word', () => {
  it.each([
    ['install', 'uninstall'],
    ['listt', 'list'],
    ['lst', 'list'],
    ['lits', 'list'],
  ])('of %s is %s', (word, near) => expect(nearest(word, [near])).toBe(near));

  it.each(['', 'exit', 'x', 'completely-different', '--'])('does not exist for %j', (word) =>
    expect(nearest(word, ['list', 'doctor'])).toBeUndefined(),
  );
});
