import { describe, expect, it } from '@jest/globals';
import type { Call } from '@cardwright/cms/operations';
import {
  canEndWith,
  CardwrightError,
  commands,
  describeError,
  isMethod,
  isStepMethod,
  type ErrorCode,
  type Method,
} from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { WireError } from '@cardwright/protocol/messages';
import { readStep } from '@cardwright/protocol/steps';
import { jsonSchemaOf } from '../../protocol/src/publish/json-schema.js';
import {
  STEP_ERRORS,
  UNUSUAL_CONSEQUENCES,
  usualConsequence,
  type UnusualConsequence,
} from '../../protocol/src/publish/step-outcomes.js';
import type { PlayedHost } from '../support/host-and-card/played-host.js';
import type { TestCard } from '../support/host-and-card/test-card.js';
import { EngineStage, lookStep, operationOf } from '../unit/cms/engine-stage.js';
import { CmsUser } from './support/cms-user.js';
import { FEW_SLOTS, TestCms } from './support/test-cms.js';
import { ALICE } from './support/test-people.js';

/** The answer that the page gets for each consequence. */
const ANSWERS = {
  continue: { state: 'running', step: expect.anything(), error: null },
  interrupt: { state: 'running', step: null, error: expect.anything() },
  cancel: { state: 'cancelled', step: null },
  fail: { state: 'failed', step: null, error: expect.anything() },
} as const;

describe('the reference says of an error in a step', () => {
  it.each(STEP_ERRORS.map((code) => [code, usualConsequence(code)] as const))(
    '%s: the operation will usually %s',
    async (code, consequence) => {
      const method = methodWith(code);
      const stage = await EngineStage.open(operationOf([lookStep({ calls: () => [unreadCall(method)] })]));
      await stage.start();
      const answer = await stage.bring([{ method, error: wireOf(code) }]);
      expect(answer).toMatchObject(ANSWERS[consequence]);
    },
  );

  it.each(UNUSUAL_CONSEQUENCES.map((one) => [one.code, one.method, one.consequence, one] as const))(
    '%s of %s: an issuance will %s',
    async (_code, _method, consequence, unusual) => {
      const slots = { ...FEW_SLOTS, '9D': 'P-256' } as const;
      const cms = await TestCms.open({ policy: { slots, keyManagementCannotSign: 'leave-out' } });
      const alice = new CmsUser(cms, ALICE);
      const card = cms.newCard('yubikey');
      await PREPARATIONS[unusual.method]?.(alice, card);
      const answer = await relayWithError(alice, await alice.openHost(card), unusual);
      expect(answer).toMatchObject(ANSWERS[consequence]);
    },
  );

  it('fails a management key that leaves no other candidate', async () => {
    const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
    const alice = new CmsUser(cms, ALICE);
    const host = await alice.openHost(cms.newCard('yubikey'));
    const refused = { code: 'MANAGEMENT_KEY_REFUSED', method: 'managementKey.authenticate' } as const;
    const answer = await relayWithError(alice, host, refused, wireOf('MANAGEMENT_KEY_REFUSED'));
    expect(answer).toMatchObject(ANSWERS.fail);
  });
});

/** A command of a step that can end with an error. */
function methodWith(code: ErrorCode): Method {
  const methods = Object.keys(commands).filter(isMethod).filter(isStepMethod);
  const method = methods.find((one) => canEndWith(one, code));
  if (!method) throw new Error(`no command of a step can end with ${code}`);
  return method;
}

/** A call without parameters, whose result nobody reads. */
const unreadCall = (method: Method): Call => ({
  method,
  params: () => Promise.resolve({}),
  read: () => Promise.resolve(),
  failed: () => Promise.resolve(undefined),
});

/** Brings an issuance to the point at which the command can end with the error. */
const PREPARATIONS: Partial<Record<Method, (user: CmsUser, card: TestCard) => Promise<void>>> = {
  // Two candidates: the key of an escrow, and the factory's.
  'managementKey.authenticate': async (user, card) => {
    const host = await user.openHost(card);
    host.pull = { method: 'key.generate', when: 'before' };
    await user.relay(host);
  },
  // A PUK that was sent, and not answered.
  'credentials.apply': async (user, card) => {
    const host = await user.openHost(card);
    host.stopAfter = 'management-key';
    await user.relay(host);
  },
  'device.reset': (_user, card) => {
    card.pin = '739164';
    return Promise.resolve();
  },
};

/** Relays until a step has the command, and has that end with the error. Returns the answer. */
async function relayWithError(
  user: CmsUser,
  host: PlayedHost,
  { code, method }: Pick<UnusualConsequence, 'code' | 'method'>,
  error = wireOf(code, EXAMPLES[code]),
): Promise<OperationAnswer> {
  let answer = await user.operate('', host.startRequest);
  while (answer.step) {
    const { number, jws } = answer.step;
    const { commands } = await readStep(jws, host.cms);
    // Of several requests for certificates the last is for 9D.
    const index = commands.findLastIndex((command) => command.method === method);
    const outcomes = await host.run(jws);
    if (index >= 0) outcomes.splice(index, outcomes.length, { method, error });
    answer = await user.operate(`/${answer.operation}/results`, { step: number, outcomes });
    if (index >= 0) return answer;
  }
  throw new Error(`no step had ${method}`);
}

/** Details without which an issuance could not continue. */
const EXAMPLES: Partial<Record<ErrorCode, object>> = {
  MANAGEMENT_KEY_REFUSED: { next: { algorithm: 'AES-192', witness: Buffer.alloc(16).toString('base64url') } },
  PUK_INCORRECT: { retriesLeft: 2 },
};

/** An error of a code on the wire, with details that its schema admits. */
function wireOf(code: ErrorCode, details?: object): WireError {
  const { number, message, data } = describeError(code);
  const made = details ?? (data ? exampleOf(jsonSchemaOf(data)) : {});
  const wire = { code: number, message, data: { name: code, details: made as Record<string, unknown> } };
  expect(CardwrightError.fromWire(wire).code).toBe(code);
  return wire;
}

interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
}

/** The least that a JSON Schema of details admits; null wherever it may. */
function exampleOf(schema: object): unknown {
  const { type, enum: values, anyOf, properties }: Shape = schema;
  if (anyOf) return anyOf.some((one) => one.type === 'null') ? null : exampleOf(anyOf[0] ?? {});
  if (values) return values[0];
  if (properties) return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, exampleOf(one)]));
  return type === 'number' || type === 'integer' ? 1 : '1';
}
