import { ENROLMENT_STATES } from '@cardwright/protocol/mobile';
import { expect, it } from '@jest/globals';
import { isBeingSetUp } from '../../../../portal/src/server/mobile/enrolments/enrolment-state.js';

it('a phone is being set up until it was sent everything, and not before it has the first profile', () => {
  expect(ENROLMENT_STATES.filter(isBeingSetUp)).toEqual(['downloaded', 'to-confirm', 'enrolling', 'issued']);
});
