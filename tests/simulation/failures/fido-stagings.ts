import type { CardState } from '@cardwright/virtual-card';
import type { CodesOf } from '../../support/failures/staged.js';
import { FOREIGN, judge, optionsFor, order, setPin } from '../passkeys/support/orders.js';
import { FORGOTTEN } from '../support/extension.js';
import type { Bench, BenchOptions } from './bench.js';
import type { Stagings } from './staging.js';

const PIN = 'kaefer-42';
const OTHER_PIN = 'giraffe-73';
/** Milliseconds after which authenticator and host stop waiting for a touch. */
const NO_TOUCH = 61_000;
const MINUTE = 60_000;
const USER = { source: 'user' } as const;
const byUser = () => order({ mayForget: true, secrets: { fidoPin: USER } });

/** Opens a security key whose user types these PINs in turn, then the last one every time. */
function key(typed: readonly string[], options: BenchOptions = {}): () => BenchOptions {
  const left = [...typed];
  const chooseFidoPin = (): string => (left.length > 1 ? left.shift() : left[0]) ?? PIN;
  return () => ({ profile: 'fido-key-serial', ...options, user: { chooseFidoPin } });
}

const withPin = async (bench: Bench): Promise<void> => {
  await bench.run([setPin]);
  await bench.openDevice();
};

/** Resolves when the page has received progress of this kind. */
async function told(bench: Bench, kind: Bench['progress'][number]): Promise<void> {
  while (!bench.progress.includes(kind)) await new Promise((resolve) => setTimeout(resolve, 10));
}

const change = (bench: Bench, changing: (fido: NonNullable<CardState['fido']>) => void): void => {
  if (bench.card.state.fido) changing(bench.card.state.fido);
};

/** Failures of passkeys and FIDO PINs. */
export const fidoStagings = {
  RP_NOT_ALLOWED: {
    when: 'a step registers for a relying party that the administrator does not list',
    desk: key([PIN]),
    act: (bench) => bench.run([setPin, order({ origin: FOREIGN, options: optionsFor('login.example') })]),
    data: { rpId: 'login.example' },
  },
  TOUCH_TIMEOUT: {
    when: 'nobody touches the key',
    desk: key([PIN], { circumstances: { touch: 'never' } }),
    act: async (bench) => {
      const waiting = bench.run([setPin, order()]);
      await told(bench, 'touch');
      bench.clock.advance(NO_TOUCH);
      return waiting;
    },
  },
  FIDO_PIN_INCORRECT: {
    when: 'the user types another FIDO PIN',
    desk: key([PIN, OTHER_PIN]),
    act: async (bench) => {
      await withPin(bench);
      return bench.run([byUser()]);
    },
    data: { retriesLeft: 7 },
  },
  FIDO_PIN_BLOCKED: {
    when: 'no try of the FIDO PIN is left',
    desk: key([PIN]),
    act: async (bench) => {
      await withPin(bench);
      change(bench, (fido) => (fido.pinTriesLeft = 0));
      return bench.run([byUser()]);
    },
  },
  FIDO_PIN_PAUSED: {
    when: 'the FIDO PIN was wrong three times in a row',
    desk: key([PIN, OTHER_PIN]),
    act: async (bench) => {
      await withPin(bench);
      for (let time = 0; time < 2; time += 1) await bench.run([byUser()]).catch(() => undefined);
      return bench.run([byUser()]);
    },
  },
  FIDO_PIN_FORGOTTEN: {
    when: 'the user says so in the window',
    desk: key([PIN, FORGOTTEN]),
    act: async (bench) => {
      await withPin(bench);
      return bench.run([byUser()]);
    },
  },
  FIDO_PIN_MISSING: {
    when: 'a step expects a FIDO PIN, and there is none',
    desk: key([PIN]),
    act: (bench) => bench.run([byUser()]),
  },
  PASSKEY_EXISTS: {
    when: 'the device has a passkey that the relying party excludes',
    desk: key([PIN]),
    act: async (bench) => {
      const first = order();
      const [, made] = await bench.run([setPin, first]);
      const excludeCredentials = [{ type: 'public-key' as const, id: judge(first, made).id }];
      return bench.run([order({ options: { ...optionsFor(), excludeCredentials } })]);
    },
  },
  PASSKEY_STORE_FULL: {
    when: 'a key that holds eight passkeys gets a ninth',
    desk: key([PIN], { profile: 'fido-key' }),
    act: async (bench) => {
      await bench.run([setPin]);
      for (let number = 1; number <= 9; number += 1) {
        const options = optionsFor();
        const id = Buffer.from(`user ${number}`).toString('base64url');
        await bench.run([order({ options: { ...options, user: { ...options.user, id } } })]);
      }
      return undefined;
    },
  },
  FIDO_RESET_TOO_LATE: {
    when: 'the user does not insert the key again',
    desk: key([PIN]),
    act: async (bench) => {
      const resetting = bench.run([{ method: 'fido.reset', params: {} }]);
      await told(bench, 'reinsert');
      await new Promise((resolve) => setTimeout(resolve, 50));
      bench.clock.advance(MINUTE);
      return resetting;
    },
  },
  FIDO_RESET_REFUSED: {
    when: 'PIV and FIDO2 share a PIN',
    desk: () => ({ profile: 'shared-pin' }),
    act: async (bench) => {
      const [prepared] = await bench.run([
        { method: 'credentials.prepare', params: { managementKey: null, pinLength: 6 } },
      ]);
      const secrets = { puk: await bench.sealed('puk', '12345678') };
      await bench.run([{ method: 'credentials.apply', params: { digest: String(prepared?.digest), secrets } }]);
      return bench.run([{ method: 'fido.reset', params: {} }]);
    },
    data: { reason: 'shared' },
  },
  AUTHENTICATOR_ERROR: {
    when: 'a first FIDO PIN is to be set where there is one',
    desk: key([PIN]),
    act: (bench) => bench.run([setPin, setPin]),
  },
  FIDO_UNREACHABLE: {
    when: 'the reader does not reach the FIDO2 application of the device',
    desk: () => ({ profile: 'yubikey' }),
    act: (bench) => bench.run([{ method: 'fido.getInfo', params: {} }]),
  },
} satisfies Partial<Stagings<CodesOf<'host'>>>;
