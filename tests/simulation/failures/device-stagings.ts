import { encodeBytes } from '@cardwright/protocol';
import {
  Card,
  Chip,
  freshKeys,
  makeCard,
  type CardInReader,
  type Fault,
  type InstructionName,
} from '@cardwright/virtual-card';
import type { CodesOf } from '../../support/failures/staged.js';
import type { Bench } from './bench.js';
import type { Stagings } from './staging.js';

const FACTORY_PIN = '123456';
const OTHER_PUK = '00000000';
const RULES = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true };
/** Maximum number of times that a window asks for a new PIN. */
const MOST_QUESTIONS = 5;
/** The certificate of slot 9A (SP 800-73-4 Part 1, table 3). */
const CERTIFICATE_9A = 0x5fc105;
/** A broken certificate object: tag 71 claims that the two bytes in tag 70 are compressed, which they are not. */
const NO_CERTIFICATE = Buffer.from('70020102710101FE00', 'hex');
const GET_VERSION = 0xfd;
const CHALLENGE = encodeBytes(Buffer.alloc(16, 7));
const ORDER = { pinPolicy: 'default', touchPolicy: 'default' } as const;
const USER = { source: 'user' } as const;

/** Answers the next so many commands of this instruction with a status word. */
const answering = (bench: Bench, instruction: InstructionName, statusWord: number, times = 1): void => {
  const faults = Array.from({ length: times }, (_, index): Fault => {
    return { kind: 'status', at: { instruction, nth: index + 1 }, statusWord };
  });
  bench.card.arm(faults, []);
};

const write = (bench: Bench) =>
  bench.run([{ method: 'object.write', params: { object: 'ccc', content: encodeBytes(Buffer.alloc(4)) } }]);

const verifyPin = async (bench: Bench) => {
  await bench.openDevice();
  return bench.client.call('pin.verify', { secrets: { pin: USER } });
};

const changePin = async (bench: Bench, rules: object) => {
  const secrets = { pin: await bench.sealed('pin', FACTORY_PIN), newPin: USER };
  return bench.run([{ method: 'pin.change', params: { rules, secrets } }]);
};

const unblock = async (bench: Bench) => {
  const secrets = { puk: await bench.sealed('puk', OTHER_PUK), newPin: USER };
  return bench.run([{ method: 'pin.unblock', params: { rules: RULES, secrets } }]);
};

const prepare = (managementKey: string | null) => ({
  method: 'credentials.prepare',
  params: { managementKey, pinLength: 6 },
});

const requestOf = async (bench: Bench, slot: string) => {
  const secrets = { pin: await bench.sealed('pin', FACTORY_PIN) };
  return { method: 'csr.create', params: { slot, commonName: 'Alice', challenge: CHALLENGE, secrets } };
};

/** Creates a card whose firmware reports this version. */
async function chipOfVersion(...version: readonly number[]): Promise<CardInReader> {
  const chip = new Chip(new Card(await makeCard({ profile: 'yubikey' }), {}, freshKeys), () => undefined);
  return {
    atr: chip.atr,
    reset: () => chip.reset(),
    transmit: (apdu) =>
      apdu[1] === GET_VERSION ? Promise.resolve(Buffer.of(...version, 0x90, 0x00)) : chip.transmit(apdu),
  };
}

/** Failures of steps, of sealed secrets, of cards and of their owners. */
export const deviceStagings = {
  STEP_REFUSED: {
    when: 'a step comes after it has expired',
    act: (bench) => bench.run([{ method: 'pin.getStatus', params: {} }], { expires: 1 }),
    data: { reason: 'expired' },
  },
  SECRET_REFUSED: {
    when: 'a secret was sealed for another purpose',
    act: async (bench) => {
      const secrets = { pin: await bench.sealed('puk', FACTORY_PIN) };
      return bench.run([{ method: 'pin.verify', params: { secrets } }]);
    },
  },
  SECRET_MISSING: {
    when: 'a step wants the PIN that an earlier session set',
    act: (bench) => bench.run([{ method: 'pin.verify', params: { secrets: { pin: { source: 'session' } } } }]),
  },
  NOT_SUPPORTED_BY_DEVICE: {
    when: 'a plain PIV card is to be erased',
    desk: () => ({ profile: 'piv' }),
    act: (bench) => bench.run([{ method: 'device.reset', params: {} }]),
    data: { capability: 'reset' },
  },
  DEVICE_FULL: {
    when: 'the card has no room for an object (6A84)',
    act: async (bench) => {
      await bench.openDevice();
      answering(bench, 'PUT-DATA', 0x6a84);
      return write(bench);
    },
  },
  CARD_ERROR: {
    when: 'the card has a fault of its own (6F00)',
    act: async (bench) => {
      await bench.openDevice();
      answering(bench, 'GET-DATA', 0x6f00);
      return bench.client.call('object.read', { object: 'chuid' });
    },
    data: { statusWord: '6F00', instruction: 'getData' },
  },
  PIN_INCORRECT: {
    when: 'the user types another PIN than the one of the card',
    act: verifyPin,
    data: { retriesLeft: 2 },
  },
  PIN_BLOCKED: {
    when: 'no try of the PIN is left',
    desk: () => ({ prepare: ({ pin }) => void (pin.triesLeft = 0) }),
    act: verifyPin,
  },
  LAST_TRY: {
    when: 'one try of the PIN is left',
    desk: () => ({ prepare: ({ pin }) => void (pin.triesLeft = 1) }),
    act: verifyPin,
    data: { retriesLeft: 1 },
  },
  PUK_INCORRECT: {
    when: 'the CMS has another PUK than the card',
    act: unblock,
    data: { retriesLeft: 2 },
  },
  PUK_BLOCKED: {
    when: 'no try of the PUK is left',
    desk: () => ({ prepare: ({ puk }) => void (puk.triesLeft = 0) }),
    act: unblock,
  },
  PIN_REFUSED_BY_DEVICE: {
    when: 'the card refuses each new PIN by a rule of its own (6985)',
    act: async (bench) => {
      await bench.openDevice();
      answering(bench, 'CHANGE-REFERENCE-DATA', 0x6985, MOST_QUESTIONS);
      return changePin(bench, RULES);
    },
  },
  PIN_RULES_CONFLICT: {
    when: 'the CMS wants PINs that are shorter than the card takes',
    act: (bench) => changePin(bench, { ...RULES, minLength: 4, maxLength: 5 }),
  },
  PIN_RULE_VIOLATED: {
    when: 'the user chooses a trivial PIN each time',
    desk: () => ({ pin: '987654' }),
    act: (bench) => changePin(bench, RULES),
    data: { rule: 'trivial' },
  },
  MANAGEMENT_KEY_REFUSED: {
    when: 'the CMS has another management key than the card',
    act: async (bench) => {
      const block = encodeBytes(Buffer.alloc(16));
      const proof = { algorithm: 'AES-192', response: block, challenge: block, nextAlgorithm: null };
      await bench.run([{ method: 'managementKey.getChallenge', params: { algorithm: null } }]);
      return bench.run([{ method: 'managementKey.authenticate', params: proof }]);
    },
    data: { next: null },
  },
  NOT_AUTHENTICATED: {
    when: 'a step writes before the management key was proved',
    act: write,
  },
  KEY_CANNOT_SIGN: {
    when: 'a key of slot 9D can only agree on keys',
    desk: () => ({ profile: 'piv' }),
    act: async (bench) => {
      await bench.proveManagementKey('3DES');
      const generate = { method: 'key.generate', params: { slot: '9D', algorithm: 'P-256', ...ORDER } };
      return bench.run([generate, await requestOf(bench, '9D')]);
    },
    data: { slot: '9D' },
  },
  ALGORITHM_NOT_SUPPORTED: {
    when: 'the firmware lacks the algorithm of a key',
    desk: () => ({ profile: 'yubikey-5.4' }),
    act: async (bench) => {
      await bench.proveManagementKey('3DES');
      return bench.run([{ method: 'key.generate', params: { slot: '9A', algorithm: 'RSA-3072', ...ORDER } }]);
    },
  },
  KEY_MISSING: {
    when: 'a slot is to sign that has no key',
    act: async (bench) => bench.run([await requestOf(bench, '9A')]),
  },
  WEAK_KEY_GENERATION: {
    when: 'an RSA key is ordered of firmware 4.3.3',
    desk: async () => ({ chip: await chipOfVersion(4, 3, 3) }),
    act: (bench) => bench.run([{ method: 'key.generate', params: { slot: '9A', algorithm: 'RSA-2048', ...ORDER } }]),
  },
  ESCROW_MISMATCH: {
    when: 'the CMS kept another escrow than the one that was prepared',
    act: async (bench) => {
      const secrets = { puk: await bench.sealed('puk', '12345678') };
      const apply = { method: 'credentials.apply', params: { digest: 'A'.repeat(43), secrets } };
      return bench.run([prepare('AES-256'), apply]);
    },
  },
  CERTIFICATE_INVALID: {
    when: 'what is in a slot is no certificate',
    desk: () => ({ prepare: ({ objects }) => void objects.set(CERTIFICATE_9A, NO_CERTIFICATE) }),
    act: async (bench) => {
      await bench.openDevice();
      return bench.client.call('certificate.read', { slot: '9A' });
    },
  },
} satisfies Partial<Stagings<CodesOf<'host'>>>;
