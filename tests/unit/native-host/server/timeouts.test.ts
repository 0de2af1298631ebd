import { describe, expect, it } from '@jest/globals';
import { commands, isMethod, type Method } from '@cardwright/protocol';
import { MAX_TRIES } from '../../../../native-host/src/applets/piv/factory-reset.js';
import { TOUCH_TIME } from '../../../../native-host/src/applets/piv/general-authenticate.js';
import { RSA_GENERATION_TIME } from '../../../../native-host/src/applets/piv/key-generation.js';
import { ANSWER_TIME } from '../../../../native-host/src/pcsc/card-connection.js';

/** Commands with an APDU that a card may answer later than others. */
const SLOW: Partial<Record<Method, number>> = {
  'managementKey.getChallenge': TOUCH_TIME,
  'managementKey.authenticate': TOUCH_TIME,
  'csr.create': TOUCH_TIME,
  'key.generate': RSA_GENERATION_TIME,
};
/** Milliseconds of one wrong PIN on a slow card. */
const WRONG_TRY = 200;

const methods = Object.keys(commands).filter(isMethod);
/** Done by the host alone. */
const WITHOUT_CARD: readonly Method[] = ['credentials.prepare', 'credentials.restore'];
const atCard = methods.filter(
  (method) => ['piv', 'device'].includes(commands[method].capability) && !WITHOUT_CARD.includes(method),
);

describe('the time of a command', () => {
  it.each(atCard)(
    '%s is longer than that of its slowest APDU: a card that still may answer is not called mute',
    (method) => {
      expect(commands[method].timeout).toBeGreaterThan(SLOW[method] ?? ANSWER_TIME);
    },
  );

  it('is enough for an erasure that has to use up all the tries that a card can have', () => {
    expect(commands['device.reset'].timeout).toBeGreaterThan(2 * MAX_TRIES * WRONG_TRY);
  });

  it('lets an erasure and the witness after it fit into one step', () => {
    const { 'device.reset': reset, 'managementKey.getChallenge': challenge, 'step.run': step } = commands;
    expect(reset.timeout + challenge.timeout).toBeLessThan(step.timeout);
  });
});
