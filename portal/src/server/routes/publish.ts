import * as v from 'valibot';
import { table, withList } from '../generated-list.js';
import { takesConsent } from './table/consent.js';
import { ownPasswordIn } from './table/own-password.js';
import { entriesOf, isOpen, type Open, type Route, type Who } from './table/route.js';

/** Returns a document in which a new list, made from a table of routes, replaces the list of routes. */
export const withRoutes = (document: string, routes: Readonly<Record<string, Route>>): string =>
  withList(
    document,
    'Routes',
    table(
      ['route', 'who', 'takes', 'answers', 'what it does', 'errors'],
      Object.entries(routes).map(([address, route]) => cellsOf(address, route)),
    ),
  );

/** Words for callers without a login. */
const OPEN_TO: Readonly<Record<Open, string>> = { anyone: 'anyone', phone: 'phones', provider: 'providers' };
const wordsFor = (who: Who): string => (isOpen(who) ? OPEN_TO[who] : `\`${who}\``);

function cellsOf(address: string, route: Route): string[] {
  const { who, takes, answer, sentence, errors = [], bound } = route;
  return [
    `\`${address}\``,
    `${wordsFor(who)}${withProof(route)}`,
    // The parameters are left out, because the path shows them.
    ['query', 'body']
      .flatMap((part) => entriesOf(takes)[part] ?? [])
      .map(membersOf)
      .join(', '),
    membersOf(answer),
    sentence,
    [...new Set([...errors, ...(typeof bound === 'string' ? ['RATE_LIMITED'] : [])])]
      .map((code) => `\`${code}\``)
      .join(', '),
  ];
}

/** Says which proof of identity a route wants besides the right. */
function withProof({ fresh, takes }: Route): string {
  if (ownPasswordIn(takes)) return ', with the password';
  if (fresh === undefined) return '';
  return takesConsent(takes) ? ', with a fresh proof to widen trust' : ', with a fresh proof';
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
