import { describe, expect, it } from '@jest/globals';
import { commands, isMethod, type Method } from '@cardwright/protocol';
import { MAX_TRIES } from '../../../../native-host/src/applets/piv/factory-reset.js';
import { TOUCH_TIME } from '../../../../native-host/src/applets/piv/general-authenticate.js';
import { RSA_GENERATION_TIME } from '../../../../native-host/src/applets/piv/key-generation.js';
import { ANSWER_TIME } from '../../../../native-host/src/pcsc/card-connection.js';

/** Milliseconds that an APDU of these commands may take. */
const SLOW: Partial<Record<Method, number>> = {
  'managementKey.getChallenge': TOUCH_TIME,
  'managementKey.authenticate': TOUCH_TIME,
  'csr.create': TOUCH_TIME,
  'key.generate': RSA_GENERATION_TIME,
};
/** Milliseconds that a slow card needs for one wrong PIN. */
const WRONG_TRY = 200;

const methods = Object.keys(commands).filter(isMethod);
/** Commands that need no card. */
const WITHOUT_CARD: readonly Method[] = ['credentials.prepare', 'credentials.restore'];
const atCard = methods.filter(
  (method) => ['piv', 'device'].includes(commands[method].capability) && !WITHOUT_CARD.includes(method),
);

describe('the time of a command', () => {
  it.each(atCard)('outlasts the slowest APDU of %s, so that no answering card counts as mute', (method) => {
    expect(commands[method].timeout).toBeGreaterThan(SLOW[method] ?? ANSWER_TIME);
  });

  it('suffices for an erasure that must use up all tries of a card', () => {
    expect(commands['device.reset'].timeout).toBeGreaterThan(2 * MAX_TRIES * WRONG_TRY);
  });

  it('allows an erasure and the following witness in one step', () => {
    const { 'device.reset': reset, 'managementKey.getChallenge': challenge, 'step.run': step } = commands;
    expect(reset.timeout + challenge.timeout).toBeLessThan(step.timeout);
  });
});
