import { defineFailures } from '../failure.js';

const NEXT = 'Issue a device: the next answer of the portal is the failure.';

/**
 * Failures of a portal: its errors, and no answer at all. Because the simulator stages them in the browser, at the calls of the HTTP contract, they
 * work with any portal.
 */
export const portalFailures = defineFailures([
  {
    name: 'ca-refuses',
    title: 'The certification authority refuses a certificate',
    code: 'CA_REFUSED',
    then: NEXT,
    stage: (simulator) =>
      simulator.answerOfPortal('CA_REFUSED', { reason: 'The profile does not allow this subject.' }),
  },
  {
    name: 'ca-away',
    title: 'The certification authority does not answer',
    code: 'CA_UNAVAILABLE',
    then: NEXT,
    stage: (simulator) => simulator.answerOfPortal('CA_UNAVAILABLE'),
  },
  {
    name: 'logged-out',
    title: 'The session at the portal has ended',
    code: 'LOGIN_REQUIRED',
    then: NEXT,
    stage: (simulator) => simulator.answerOfPortal('LOGIN_REQUIRED', { fresh: false }),
  },
  {
    name: 'other-tab',
    title: 'The operation continues in another tab',
    code: 'OPERATION_MOVED',
    then: NEXT,
    stage: (simulator) => simulator.answerOfPortal('OPERATION_MOVED'),
  },
  {
    name: 'portal-away',
    title: 'The portal does not answer',
    code: 'CMS_UNREACHABLE',
    then: NEXT,
    stage: (simulator) => simulator.answerOfPortal('CMS_UNREACHABLE'),
  },
]);
