import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CARDS, FAILURES, LONGEST_LINE, ORDERS, readOrder, REQUEST_ERROR } from '@cardwright/simulator';
import { inRepository } from '@cardwright/stage';
import { describe, expect, it } from '@jest/globals';
import { readArguments } from '../../../simulator/src/arguments.js';
import { WINDOW_BUTTONS } from '../../../simulator/src/person.js';
import { ManagementAlgorithm } from '../../../virtual-card/src/card/algorithms.js';
import { factoryPuk } from '../../../virtual-card/src/card/card-state.js';
import { profiles } from '../../../virtual-card/src/card/profiles.js';
import { packagesBehind } from '../../support/packages-behind.js';
import { readRequirements } from '../../support/system/requirements.js';
import { readMarkdown } from './markdown.js';

const read = (...names: string[]): string => readFileSync(inRepository(...names), 'utf8');
const guide = readMarkdown('docs/test-without-cards.md', read('docs', 'test-without-cards.md'));
const workflow = read('docs', 'sample-tests', 'cards.yml');
const sample = read('docs', 'sample-tests', 'cards_test.py');

/** Debian packages that run the packed simulator on a computer that has not built it. */
const PACKAGES = [
  ...readRequirements().demo.map(({ package: name }) => name),
  'nodejs',
  'npm',
  'python3',
  'ca-certificates',
];

const ALGORITHMS: Readonly<Record<number, string>> = {
  [ManagementAlgorithm.tripleDes]: '3DES',
  [ManagementAlgorithm.aes192]: 'AES-192',
};

const parametersOf = (name: string): string[] =>
  (ORDERS.find((one) => one.name === name)?.parameters ?? []).map((parameter) => parameter.name);

describe('docs/test-without-cards.md', () => {
  it('has every order, with its parameters', () => {
    const rows = [...guide.text.matchAll(/^\| `([a-z-]+)` +\| ([^|]*)\|/gm)].map(([, name = '', parameters = '']) => ({
      name,
      parameters: [...parameters.matchAll(/`(\w+)`/g)].map(([, one]) => one),
    }));
    const known = ORDERS.map(({ name, parameters }) => ({ name, parameters: parameters.map((one) => one.name) }));
    const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name);
    expect(rows.toSorted(byName)).toEqual(known.toSorted(byName));
  });

  it('shows orders that exist', () => {
    const orders = guide.code.filter(
      (line) => /^(?:insert|fail|pull-at-step|card)(?= |$)/.test(line) && !ORDERS.some(({ name }) => name === line),
    );
    expect(orders.length).toBeGreaterThan(4);
    for (const line of orders) {
      const { order, parameters } = readOrder(line);
      expect(parametersOf(order.name)).toEqual(expect.arrayContaining(Object.keys(parameters)));
      if (order.name === 'fail') expect(FAILURES.map(({ name }) => name)).toContain(parameters.name);
    }
  });

  it('names the buttons of each window', () => {
    const [, listed = ''] = /^- `press` knows these windows and buttons: (.*?)\.\n/ms.exec(guide.text) ?? [];
    const windows = [...listed.matchAll(/`(\w+)`\s+has `(\w+)`(?: and `(\w+)`)?/g)].map(
      ([, window = '', ...buttons]) => [window, buttons.filter((button) => typeof button === 'string')],
    );
    expect(Object.fromEntries(windows)).toEqual(WINDOW_BUTTONS);
  });

  it("has the factory's values of each card", () => {
    const rows = [...guide.text.matchAll(/^\| `insert ([\w.-]+)` .*$/gm)].map(([row, name = '']) => {
      const [, , , firmware, , , algorithm] = row.split('|').map((cell) => cell.trim());
      return { name, firmware, algorithm };
    });
    const known = CARDS.filter((name) => profiles[name].pivApplication).map((name) => {
      const { firmware, factoryManagementKey } = profiles[name];
      const algorithm = ALGORITHMS[factoryManagementKey.algorithm];
      return { name, firmware: firmware?.version.join('.') ?? 'none', algorithm };
    });
    expect(rows).toEqual(expect.arrayContaining(known));
    expect(rows).toHaveLength(known.length);
    for (const name of CARDS) expect(guide.code).toContain(profiles[name].factoryManagementKey.key.toString('hex'));
    expect(guide.code).toContain(factoryPuk().value.toString('latin1'));
  });

  it('shows requests that exist', () => {
    const requests = guide.code
      .filter((line) => line.startsWith('{') && line.includes('"method"'))
      .map((line) => JSON.parse(line) as { readonly method: string; readonly params: object });
    expect(requests).toHaveLength(1);
    for (const { method, params } of requests) expect(parametersOf(method)).toEqual(Object.keys(params));
  });

  it('names the codes of errors, and the longest line', () => {
    const codes = [...guide.text.matchAll(/^\| `(-\d+)` +\|/gm)].map(([, code]) => Number(code));
    expect(codes.toSorted()).toEqual(Object.values(REQUEST_ERROR).toSorted());
    expect(guide.text).toContain(`over ${LONGEST_LINE} characters`);
  });

  it('packs what the simulator needs, and nothing else', () => {
    const line = guide.code.find((one) => one.startsWith('npm pack')) ?? '';
    const packed = [...line.matchAll(/-w @cardwright\/([\w-]+)/g)].map(([, name]) => name);
    expect(packed.toSorted()).toEqual(packagesBehind('simulator'));
  });

  it('shows options that exist', () => {
    const lines = guide.code.flatMap(
      (line) => /^(?:npm run simulator --|npx cardwright-simulator) ([^#]*)/.exec(line)?.[1] ?? [],
    );
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(() => readArguments(line.trim().split(/\s+/), {})).not.toThrow();
    for (const option of guide.code.filter((one) => /^--[a-z]+$/.test(one))) {
      const value = option === '--portal' ? ['http://localhost:8080'] : [];
      expect(() => readArguments([option, ...value], {})).not.toThrow();
    }
  });
});

describe('the sample test', () => {
  it('gives orders that exist, with parameters that exist', () => {
    const given = [...sample.matchAll(/\bself\.do\("([\w-]+)"([^\n]*)\)/g)].map(([, name = '', rest = '']) => ({
      name,
      parameters: [...rest.matchAll(/, (\w+)=/g)].map(([, one]) => one),
    }));
    expect(given.length).toBeGreaterThan(15);
    for (const { name, parameters } of given) {
      expect(ORDERS.map((order) => order.name)).toContain(name);
      expect(parametersOf(name)).toEqual(expect.arrayContaining(parameters));
    }
  });
});

describe('the sample workflow', () => {
  const commands = commandsOf(workflow);

  it('runs these commands', () => {
    expect(commands.map((command) => command.split(' ')[0])).toEqual(['apt-get', 'apt-get', 'npm', 'node', 'python3']);
  });

  it("installs Debian's packages that the simulator needs", () => {
    const install = commands.find((command) => command.includes(' install ')) ?? '';
    const { positionals } = parseArgs({ args: install.split(' ').slice(2), strict: false, allowPositionals: true });
    expect(positionals.filter((name) => !PACKAGES.includes(name))).toEqual([]);
    const [named = ''] = /^1\. \*\*Debian's packages\*\*:.*$/m.exec(guide.text) ?? [];
    const told = [...named.matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    expect(positionals.filter((name) => name !== 'ca-certificates').toSorted()).toEqual(told.toSorted());
  });

  it('runs the samples', () => {
    expect(commands).toContain('python3 cards_test.py');
    expect(commands).toContain('node server.mjs &');
  });
});

/** Reads what a workflow runs: the value of `run`, or the lines of its block. */
function commandsOf(yaml: string): string[] {
  const lines = yaml.split('\n');
  return lines.flatMap((line, index) => {
    const [, indent = '', value] = /^( *)(?:- )?run: (.*)$/.exec(line) ?? [];
    if (value === undefined) return [];
    if (value !== '|') return [value];
    const rest = lines.slice(index + 1);
    const end = rest.findIndex((one) => !one.startsWith(`${indent}  `));
    return rest.slice(0, end === -1 ? undefined : end).map((one) => one.trim());
  });
}
