import { defineCheck, failed, passed, skipped } from './check.js';
import { hardwareOf } from './reader-hardware.js';
import { NO_SERVICE } from './smart-card-service.js';

const ID = 'reader';

/** Lists the readers, with driver and firmware where they are known. */
export const readers = defineCheck({
  id: ID,
  title: 'Readers',
  summary: 'The readers, with driver and firmware where they are known.',
  audience: 'everyone',
  run({ look, audience, system }) {
    if ('error' in look) return [skipped(ID, NO_SERVICE)];
    const { readers: names } = look.listing;
    if (names.length === 0) return [failed(ID, 'NO_READER', 'there is neither a reader nor a security key')];
    if (audience === 'page') return [passed(ID, names.join(', '))];
    return names.map((name) => {
      const hardware = hardwareOf(system, name);
      return passed(ID, hardware === null ? name : `${name} (${hardware})`);
    });
  },
});
