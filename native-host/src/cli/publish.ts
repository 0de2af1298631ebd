import { CHECKS } from '../checks/index.js';
import { COMMANDS } from './commands.js';
import type { CommandFacts } from './grammar.js';
import { optionTerm, usageOf } from './help.js';

/**
 * Puts the lists of commands and checks into a document, between the comments that mark their places.
 *
 * @throws Error if the document lacks such a comment
 */
export const withLists = (document: string): string =>
  withList(withList(document, 'Commands', COMMANDS.flatMap(itemsOf)), 'Checks', CHECKS.map(itemOfCheck));

type CheckFacts = Pick<(typeof CHECKS)[number], 'id' | 'title' | 'summary'>;

function itemsOf(command: CommandFacts): string[] {
  const { summary, more = [], options } = command;
  return [
    `- \`${usageOf(command)}\`: ${[summary, ...more].join(' ')}`,
    ...Object.entries(options).map(([name, option]) => `  - \`${optionTerm(name, option)}\`: ${option.summary}`),
  ];
}

const itemOfCheck = ({ id, title, summary }: CheckFacts): string => `- \`${id}\`, _${title}_: ${summary}`;

function withList(document: string, title: string, items: readonly string[]): string {
  const begin = `<!-- ${title}: written by \`npm run build\` -->`;
  const end = `<!-- End of the ${title.toLowerCase()} -->`;
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`The list of ${title.toLowerCase()} has no place: ${begin} … ${end}`);
  return `${document.slice(0, from + begin.length)}\n\n${items.join('\n')}\n\n${document.slice(to)}`;
}
