import { PIN_PHASE } from '@cardwright/protocol/cms';
import { owned, pinUsable } from '../devices/eligibility.js';
import { defineOperation, inState, keepState, type Step } from '../operations/definition.js';
import { CANCELLED_BY_USER } from '../operations/ended-by-user.js';
import { PHONE, SECURITY_KEY } from '../rules/device-state.js';
import { ownWords } from '../words/language.js';
import { change, pinChange, preparePinChange } from './pin-change.js';

const changeStep: Step = {
  name: 'change-pin',
  phase: { name: PIN_PHASE, words: ownWords(({ phases }) => phases.pin) },
  progress: 10,
  waitsForUser: true,
  slices: [change],
  needed: (context) => !context.of(change).isMade,
  prepare: preparePinChange,
  calls: (context) => [pinChange(context)],
  errors: { ...CANCELLED_BY_USER, PIN_RULES_CONFLICT: 'cancel', WINDOW_NOT_ALLOWED: 'cancel' },
};

/**
 * Lets the owner of an active device choose another PIN. The owner enters both PINs in the extension's window, by the rules of the current
 * policy and of the card. The CMS learns neither PIN, and relies on the host's word that the card has the new PIN.
 */
export const changePin = defineOperation({
  kind: 'change-pin',
  title: ownWords(({ titles }) => titles.changePin),
  label: ownWords(({ labels }) => labels.changePin),
  eligibility: owned('active').and(pinUsable),
  isOffered: ({ state, model }) => state === 'active' && model !== PHONE && model !== SECURITY_KEY,
  requireUnderWay: inState('active'),
  steps: [changeStep],
  settle: { done: keepState, failed: keepState },
});
