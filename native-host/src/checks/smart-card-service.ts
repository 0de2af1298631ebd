import { isCardwrightError } from '@cardwright/protocol';
import { defineCheck, failed, passed, skipped } from './check.js';
import { howToBeAdmitted } from './polkit.js';

const SERVICE = 'pcsc';
const PERMISSION = 'permission';

/** Checks that the smart card service answers. */
export const smartCardService = defineCheck({
  id: SERVICE,
  title: 'Smart card service',
  summary: 'The smart card service: it must answer.',
  audience: 'everyone',
  run({ look }) {
    const isThere = 'listing' in look || isCardwrightError(look.error, 'PCSC_FORBIDDEN');
    return [isThere ? passed(SERVICE, 'it answers') : failed(SERVICE, look.error.code, look.error.message)];
  },
});

/** Checks that this user may use the smart card service. */
export const permission = defineCheck({
  id: PERMISSION,
  title: 'Permission',
  summary: 'The permission to use it.',
  audience: 'everyone',
  async run({ look, audience, system }) {
    if ('listing' in look) return [passed(PERMISSION, 'this user may use it')];
    if (!isCardwrightError(look.error, 'PCSC_FORBIDDEN')) return [skipped(PERMISSION, NO_SERVICE)];
    if (audience === 'page') return [failed(PERMISSION, 'PCSC_FORBIDDEN', look.error.message)];
    const { session, remedy } = await howToBeAdmitted(system);
    return [failed(PERMISSION, 'PCSC_FORBIDDEN', `${look.error.message} ${session}`, remedy)];
  },
});

/** The reason why the checks that need the smart card service are skipped. */
export const NO_SERVICE = 'the smart card service cannot be reached';
