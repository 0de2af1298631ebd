import { table, withList } from '../generated-list.js';
import { keyOf, type Setting } from './setting.js';
import { SECTIONS } from './table.js';

/** Maximum number of characters in a line of a comment, without the `# ` before them. */
const WIDTH = 110;

const HEADER = [
  'Settings of the Cardwright portal. A line that begins with # says nothing: remove the # of what you set.',
  '`cardwright-portal config check` judges this file, and `systemctl restart cardwright-portal` applies it.',
  'All settings: /usr/share/doc/cardwright-portal/operate.md',
];

/** Returns a document in which a new list, made from `SETTINGS`, replaces the list of settings. */
export const withSettings = (document: string): string => withList(document, 'Settings', writeList());

/** Returns the list of all settings, in Markdown. */
export const writeList = (): string =>
  SECTIONS.map(({ title, settings }) =>
    [`### ${title}`, table(['`portal.toml`', 'variable', 'default', 'what it says'], settings.map(cellsOf))].join(
      '\n\n',
    ),
  ).join('\n\n');

const cellsOf = ({ variable, standard, sentence, isSecret }: Setting): string[] => [
  `\`${keyOf(variable)}\``,
  `\`${variable}\``,
  standard,
  isSecret ? `${sentence} A secret.` : sentence,
];

/** Returns the content of the `portal.toml` that packages install: every setting with an example, commented out. */
export const writeToml = (): string =>
  writeFile(
    [
      ...HEADER,
      'Variables of the process, and those in portal.env, come first. With a secret in it, nobody else may read it.',
      'Tables, as in [mobile], go to the end: all lines below one belong to it.',
    ],
    ({ variable, example, form }) => `${keyOf(variable)} = ${tomlValue(example, form)}`,
  );

/** Returns the content of the `portal.env` that packages install: the same settings as variables, commented out. */
export const writeEnv = (): string =>
  writeFile(
    [
      ...HEADER,
      'Here they are NAME=value, one a line; values with blanks or # go into quotes. What is set here comes before portal.toml.',
      "This file is root's alone (mode 600), because it may have passwords in it.",
    ],
    ({ variable, example }) => `${variable}=${/[\s#]/.test(example) ? `"${example}"` : example}`,
  );

const tomlValue = (example: string, form: Setting['form']): string => {
  if (form === 'number' || example === '[]') return example;
  return form === 'list' ? JSON.stringify(example.split(',')) : JSON.stringify(example);
};

function writeFile(header: readonly string[], assign: (setting: Setting) => string): string {
  const blocks = SECTIONS.map(({ title, settings }) => [
    `## ${title}`,
    '',
    ...settings.flatMap((setting) => [...comment(describe(setting)), `#${assign(setting)}`, '']),
  ]);
  return `${[...header.flatMap(comment), '', ...blocks.flat()].join('\n').trimEnd()}\n`;
}

/** Returns the sentence of a setting, followed by its default if it has one, without the marks of Markdown. */
const describe = ({ sentence, standard }: Setting): string =>
  (standard === '' ? sentence : `${sentence} Default: ${standard}.`).replaceAll('`', '');

/** Breaks a text into lines of a comment, each of at most `WIDTH` characters after the `# `. A longer word gets a line of its own. */
function comment(words: string): string[] {
  const lines = [''];
  for (const word of words.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (`${last} ${word}`.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line) => `# ${line}`);
}
