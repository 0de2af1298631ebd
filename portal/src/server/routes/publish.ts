import * as v from 'valibot';
import { table, withList } from '../generated-list.js';
import { ROUTES } from './table.js';
import { ownPasswordIn } from './table/own-password.js';
import { entriesOf, isOpen, type Open, type Route, type Who } from './table/route.js';

/** Returns a document in which a new list, made from `ROUTES`, replaces the list of routes. */
export const withRoutes = (document: string): string => withList(document, 'Routes', writeList());

/** Returns the list of all routes, in Markdown. */
const writeList = (): string =>
  table(
    ['route', 'who', 'takes', 'answers', 'what it does', 'errors'],
    Object.entries(ROUTES).map(([address, route]) => cellsOf(address, route)),
  );

/** Words for callers without a login. */
const OPEN_TO: Readonly<Record<Open, string>> = { anyone: 'anyone', phone: 'phones', provider: 'providers' };
const wordsFor = (who: Who): string => (isOpen(who) ? OPEN_TO[who] : `\`${who}\``);

const cellsOf = (address: string, { who, takes, answer, sentence, errors = [] }: Route): string[] => [
  `\`${address}\``,
  `${wordsFor(who)}${withPassword(takes)}`,
  // The parameters are left out, because the path shows them.
  ['query', 'body']
    .flatMap((part) => entriesOf(takes)[part] ?? [])
    .map(membersOf)
    .join(', '),
  membersOf(answer),
  sentence,
  errors.map((code) => `\`${code}\``).join(', '),
];

function withPassword(takes: v.GenericSchema): string {
  const password = ownPasswordIn(takes);
  if (!password) return '';
  return password.isNeeded ? ', with the password' : ', with the password to widen trust';
}

/** Returns the description of a schema in Markdown. Returns the names of its members if the schema has no description. */
function membersOf(schema: v.GenericSchema): string {
  const description = v.getDescription(schema);
  if (description !== undefined) return description;
  const names = Object.entries(entriesOf(schema)).map(
    ([name, member]) => `\`${name}${member.type === 'exact_optional' ? '?' : ''}\``,
  );
  return names.length === 0 ? '`{}`' : names.join(', ');
}
