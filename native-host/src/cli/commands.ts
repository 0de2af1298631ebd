import { thisSystem } from '../system/system.js';
import { readBundle } from './bundle-file.js';
import { makeBundle } from './bundle.js';
import { doctor } from './doctor.js';
import { EXIT } from './exit-code.js';
import { defineCommand, type CliCommand, type CliOptions } from './grammar.js';
import { list } from './list.js';
import { logs } from './logs.js';
import { addPolicy, removePolicy, showPolicy } from './policy.js';
import { printBundle } from './print-bundle.js';
import { printLine as print, printProblem } from './print.js';
import { register, unregister } from './registration.js';
import { UsageError } from './usage-error.js';
import { withInventory } from './with-inventory.js';

const system = thisSystem;
const DEFAULT_LINES = 50;
/** Ignores problems with readers and cards, because the checks report them. */
const quietly = (): void => undefined;

/** Options that choose where `install` registers the host and `uninstall` removes it. */
const PLACES = {
  'browser-dir': {
    type: 'string',
    multiple: true,
    value: 'DIR',
    summary: 'Takes another browser, whose settings are in DIR. May be given again.',
  },
  firefox: {
    type: 'boolean',
    summary: "Says that this browser is of Firefox's family. A DIR with a profiles.ini is known to be.",
  },
  'user-data-dir': { type: 'string', value: 'DIR', summary: 'Takes one Chromium profile.' },
  system: { type: 'boolean', summary: 'Takes the browsers of all accounts. For a packaged host, as root.' },
} as const satisfies CliOptions;

const ONE_PLACE = ['browser-dir', 'user-data-dir', 'system'];

interface GivenPlaces {
  readonly 'browser-dir'?: string[] | undefined;
  readonly firefox?: boolean | undefined;
  readonly 'user-data-dir'?: string | undefined;
  readonly system?: boolean | undefined;
}

function placesOf({ 'browser-dir': browserDirs, firefox = false, 'user-data-dir': userDataDir, ...rest }: GivenPlaces) {
  if (firefox && browserDirs === undefined) throw new UsageError('--firefox says of what kind a --browser-dir is.');
  return { browserDirs, userDataDir, isFirefox: firefox, wholeComputer: rest.system ?? false, system, print };
}

/** Every command of `cardwright-host`. The help and the list in the README are written from this table. */
export const COMMANDS: readonly CliCommand[] = [
  defineCommand({
    name: 'list',
    summary: 'Prints the card readers, and what is in each.',
    options: {},
    examples: [{ line: 'list', summary: 'Shows whether the host sees your card.' }],
    run: () => withInventory((inventory) => list(inventory, print)),
  }),

  defineCommand({
    name: 'doctor',
    summary: 'Checks everything from the browsers to the cards, and says what to do about each failure.',
    more: ['It asks for no PIN, spends no attempt, and changes nothing. The exit code is 1 if a check fails.'],
    options: {
      json: { type: 'boolean', summary: 'Prints { checks, verdict } as JSON.' },
      watch: { type: 'boolean', summary: 'Prints each change in the readers afterwards, for an hour at most.' },
    },
    exclusive: ['json', 'watch'],
    examples: [
      { line: 'doctor', summary: 'Names the first thing that is wrong.' },
      { line: 'doctor --watch', summary: 'Shows whether a card is noticed when you insert it.' },
    ],
    run: ({ values: { json = false, watch = false } }) =>
      withInventory((inventory) => doctor(inventory, { json, watch, system, print }), quietly),
  }),

  defineCommand({
    name: 'bundle write',
    operand: { name: 'FILE', isOptional: true },
    summary: 'Writes a support file for a help desk: checks, versions, policies and the end of the log.',
    more: [
      'The file is new: none is overwritten. Without FILE it is in this folder, and its name says when it was made.',
      'It holds no secrets. It names readers, cards and files.',
    ],
    options: {},
    examples: [{ line: 'bundle write support.json', summary: 'Writes support.json.' }],
    run: ({ operand }) =>
      withInventory((inventory) => makeBundle(inventory, { file: operand, system, print }), quietly),
  }),

  defineCommand({
    name: 'bundle read',
    operand: { name: 'FILE' },
    summary: 'Prints a support file of the host or of the extension: the verdict first, then its reasons.',
    options: {},
    examples: [{ line: 'bundle read support.json', summary: 'Prints support.json.' }],
    run: ({ operand }) => {
      printBundle(readBundle(operand), print);
      return EXIT.success;
    },
  }),

  defineCommand({
    name: 'logs',
    summary: "Prints where the host's log is, and its last lines.",
    options: {
      lines: { type: 'string', value: 'NUMBER', summary: `Prints that many lines instead of ${DEFAULT_LINES}.` },
      follow: { type: 'boolean', summary: 'Prints each line that is added afterwards, until Ctrl-C.' },
    },
    examples: [{ line: 'logs --lines 0 --follow', summary: 'Prints only new lines.' }],
    run: ({ values: { lines = String(DEFAULT_LINES), follow = false } }) => {
      if (!/^\d{1,6}$/.test(lines)) throw new UsageError('--lines needs a NUMBER, such as 50.');
      return logs({ follow, lines: Number(lines), system, print });
    },
  }),

  defineCommand({
    name: 'install',
    summary: 'Registers the host with the browsers of this account.',
    options: PLACES,
    exclusive: ONE_PLACE,
    examples: [
      { line: 'install', summary: 'Registers it with each browser of this account.' },
      { line: 'install --browser-dir ~/.config/thorium', summary: 'Registers it with Thorium.' },
    ],
    run: ({ values }, main) => {
      register(main, placesOf(values));
      return EXIT.success;
    },
  }),

  defineCommand({
    name: 'uninstall',
    summary: 'Removes what `install` wrote, and nothing else.',
    more: ['Without options it also removes the host from each --browser-dir of this account.'],
    options: PLACES,
    exclusive: ONE_PLACE,
    examples: [{ line: 'uninstall', summary: 'Removes the host from each browser of this account.' }],
    run: ({ values }) => {
      unregister(placesOf(values));
      return EXIT.success;
    },
  }),

  defineCommand({
    name: 'policy add',
    operand: { name: 'FILE' },
    summary: "Adds an edited template to the browsers' policies. On Linux, as root.",
    more: ['A template is refused if it sets what the extension cannot read. The answer says what is allowed.'],
    options: {
      browser: {
        type: 'string',
        multiple: true,
        value: 'NAME',
        summary: 'Adds it for this browser alone. May be given again.',
      },
    },
    examples: [{ line: 'policy add edge.json --browser Edge', summary: "Adds it to Edge's policies." }],
    run: ({ operand, values: { browser = [] } }, main) =>
      addPolicy(system, print, { file: operand, browsers: browser, main }),
  }),

  defineCommand({
    name: 'policy show',
    summary: 'Prints what `policy add` has added, and what was changed since.',
    options: {},
    examples: [{ line: 'policy show', summary: 'Prints every policy that was added.' }],
    run: () => showPolicy(system, print),
  }),

  defineCommand({
    name: 'policy remove',
    summary: 'Removes exactly what `policy add` has added. As root.',
    options: {},
    examples: [{ line: 'policy remove', summary: 'Removes every policy that was added.' }],
    run: () => removePolicy(system, print, printProblem),
  }),
];
