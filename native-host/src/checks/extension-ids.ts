import { readIdLists } from '../browsers/obeyed-ids.js';
import { defineCheck, failed, passed } from './check.js';

const ID = 'extensions';

/** Reports the extensions that the host obeys, and lists that it cannot trust. */
export const obeyedExtensions = defineCheck({
  id: ID,
  title: 'Extensions',
  summary: 'The ids of the extensions that the host obeys, and the lists that name them.',
  audience: 'doctor',
  async run({ system, programFolder }) {
    const lists = await readIdLists(system, programFolder);
    return lists.map(({ source, ids, trouble }) =>
      trouble === null
        ? passed(ID, `the host obeys ${[...ids.chromium, ...ids.firefox].join(', ') || 'no extension'} (${source})`)
        : failed(ID, 'HOST_FORBIDDEN', `no id of ${source} is obeyed: ${trouble}`, REMEDY),
    );
  },
});

const REMEDY =
  'Write the list as deploy.md says, without symbolic links. The list of a host for all accounts, and the folders above it, must belong to root and be writable for root alone; those of a user to that user.';
