import { table, withList } from '../generated-list.js';
import { RIGHTS, RIGHTS_OF, isRight } from '../rights.js';
import { ROLES } from './roles.js';

/** Returns a document in which a new table of roles and rights, made from `RIGHTS_OF`, replaces the former one. */
export const withRoles = (document: string): string => withList(document, 'Roles', writeTable());

/** Returns the table of roles and rights, in Markdown. */
const writeTable = (): string =>
  table(
    ['right', 'what it permits', 'by a group', ...ROLES.map((role) => `\`${role}\``)],
    Object.entries(RIGHTS).map(([right, { permits, concerns }]) => [
      `\`${right}\``,
      permits,
      concerns === 'people' ? 'yes' : '',
      ...ROLES.map((role) => (isRight(right) && RIGHTS_OF[role].includes(right) ? 'yes' : '')),
    ]),
  );
