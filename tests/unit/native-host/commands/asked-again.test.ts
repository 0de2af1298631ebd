import { describe, expect, it } from '@jest/globals';
import { CardwrightError, type UserParams } from '@cardwright/protocol';
import type { ProtocolVersion } from '@cardwright/protocol/messages';
import { seal } from '@cardwright/protocol/sealing';
import { setNewPin, type NewPinQuestion } from '../../../../native-host/src/commands/new-pin.js';
import { gatherSecrets } from '../../../../native-host/src/commands/secrets.js';
import type { OpenDevice } from '../../../../native-host/src/devices/open-device.js';
import type { CommandContext } from '../../../../native-host/src/server/handlers.js';
import { HostSession } from '../../../../native-host/src/server/host-session.js';
import { NO_POLICY } from '../../../../native-host/src/server/peer.js';
import { blankYubikey } from '../../../support/device-facts.js';

const ORIGIN = 'https://portal.example';
const RULES = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true };
const DEVICE = { info: blankYubikey('1') } as unknown as OpenDevice;
const TWO = { major: 3, minor: 2 };

/** Asks for a PIN in a session of some version. @returns the question to the extension */
async function question(protocol: ProtocolVersion, mayAskAgain?: boolean): Promise<UserParams<'user.enterSecrets'>> {
  const session = await HostSession.create();
  const peer = { origin: ORIGIN, cms: null, relyingParties: [], windowKey: null };
  session.initialize({ ...peer, protocol, policy: NO_POLICY });
  const asked: UserParams<'user.enterSecrets'>[] = [];
  const askUser = async (_: string, params: UserParams<'user.enterSecrets'>) => {
    asked.push(params);
    const context = { origin: ORIGIN, operation: null, device: DEVICE.info.id, session: session.id } as const;
    const pin = await seal(Buffer.from('739164'), session.publicKey, { ...context, purpose: 'pin' });
    return { sealed: { pin } };
  };
  const context = { session, operation: null, askUser } as unknown as CommandContext;
  const options = { rules: RULES, retriesLeft: 3, problem: null, ...(mayAskAgain !== undefined && { mayAskAgain }) };
  await gatherSecrets({ pin: { source: 'user' } }, DEVICE, context, options);
  const [first] = asked;
  if (!first) throw new Error('nothing was asked');
  return first;
}

describe('the question for a PIN', () => {
  it('announces that it may be repeated', async () => {
    expect(await question(TWO, true)).toMatchObject({ mayAskAgain: true });
    expect(await question({ major: 3, minor: 3 }, true)).toMatchObject({ mayAskAgain: true });
    expect(await question(TWO, false)).not.toHaveProperty('mayAskAgain');
    expect(await question(TWO)).not.toHaveProperty('mayAskAgain');
  });

  it.each([0, 1])(
    'does not announce repeats to an extension of version 3.%s, which would refuse that',
    async (minor) => {
      expect(await question({ major: 3, minor }, true)).not.toHaveProperty('mayAskAgain');
    },
  );
});

describe('a new PIN', () => {
  const wrong = new CardwrightError('PIN_INCORRECT', { retriesLeft: 2 });
  const refused = new CardwrightError('PIN_REFUSED_BY_DEVICE');

  /** Sets a PIN that the device refuses each time. @returns the questions and the outcome */
  async function refusedBy(error: CardwrightError, mayRetype = true) {
    const asked: NewPinQuestion[] = [];
    const outcome: unknown = await setNewPin({
      gather: (one) => Promise.resolve(void asked.push(one)),
      brokenRule: () => null,
      set: () => Promise.reject(error),
      mayRetype,
    }).catch((thrown: unknown) => thrown);
    return { asked, outcome };
  }

  it('is requested up to five times, each but the last announcing a repeat', async () => {
    const { asked, outcome } = await refusedBy(wrong);
    expect(asked.map(({ mayAskAgain }) => mayAskAgain)).toEqual([true, true, true, true, false]);
    expect(asked.map(({ problem }) => problem)).toEqual([null, wrong, wrong, wrong, wrong]);
    expect(outcome).toBe(wrong);
  });

  it('is requested once if retyping cannot help', async () => {
    expect((await refusedBy(wrong, false)).asked).toHaveLength(1);
    expect((await refusedBy(refused, false)).asked).toHaveLength(5);
  });
});
