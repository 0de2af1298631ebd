import { setImmediate, setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { commands, isPageMethod, isStepMethod, type Method } from '@cardwright/protocol';
import { initializeAtHost, isRequest, message as messageSchema, type Message } from '@cardwright/protocol/messages';
import * as v from 'valibot';
import { answerFirst } from '../../../../native-host/src/server/greeting.js';
import { readMessage } from '../../../../native-host/src/server/serve.js';
import { nonsenseFor } from '../../../support/malformed/places.js';
import { specimenOf } from '../../../support/malformed/specimen.js';
import { FEW_VALUES, MALFORMED_BODIES } from '../../../support/malformed/values.js';
import { BASE_POINT } from '../../../support/public-key.js';
import { everyOrOneIn } from '../../../support/thorough.js';
import { Stage } from './host-stage.js';

/** Every message that a host can get, with nonsense in each of its places. */

/** Of so many texts `npm test` sends one. Within eight seeds in a row, each has its turn. */
const SHARE = 8;

const ROWS = Object.entries(commands).filter(([, { handledBy }]) => handledBy === 'host');
const METHODS = ROWS.map(([method]) => method as Method);

/** Opens a host that answers each command, however little that says. */
const openStage = (): Promise<Stage> =>
  Stage.open((stage) =>
    Object.fromEntries(
      METHODS.map((method) => [
        method,
        () => {
          stage.reached.push(method);
          return Promise.resolve({});
        },
      ]),
    ),
  );

const read = (text: string | Uint8Array): unknown => readMessage(Buffer.from(text));

/** Sends a text as the extension's message, and returns the code of the one answer; null for a result. */
async function codeFor(stage: Stage, text: string | Uint8Array): Promise<string | null> {
  stage.sent.length = 0;
  stage.receive(read(text));
  const isAnswer = (message: Message): boolean => !('method' in message);
  // Signatures are verified on another thread.
  for (let turn = 0; turn < 5_000 && !stage.sent.some(isAnswer); turn += 1)
    await (turn < 20 ? setImmediate() : setTimeout(1));
  const [answer, ...others] = stage.sent.filter(isAnswer);
  if (!answer || others.length > 0) throw new Error(`${others.length} more answers`);
  return 'error' in answer ? answer.error.data.name : null;
}

let last = 0;
const requestOf = (method: string, params: string): string =>
  `{"jsonrpc":"2.0","id":${(last += 1)},"method":"${method}","params":${params}}`;

/** True for parameters of a message. Arrays count as objects without the members that are asked for. */
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

describe('a host', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    await stage.initialize();
  });

  it.each(ROWS)('judges the parameters of %s', async (method, { params }) => {
    const texts = nonsenseFor(specimenOf(params));
    expect(texts.length).toBeGreaterThan(40);
    for (const text of everyOrOneIn(SHARE, texts)) {
      const value = read(text);
      const code = await codeFor(stage, requestOf(method, text));
      const named = `${text.slice(0, 200)} (${text.length})`;
      if (!isObject(value)) expect([named, code]).toEqual([named, 'INVALID_MESSAGE']);
      else if (!isPageMethod(method)) expect([named, code]).toEqual([named, 'STEP_REQUIRED']);
      else if (!v.is(params, value)) expect([named, code]).toEqual([named, 'INVALID_PARAMS']);
      else expect([named, code]).not.toEqual([named, 'INTERNAL']);
    }
  });

  const IN_STEPS = ROWS.filter(([method]) => isStepMethod(method as Method));
  let number = 0;

  it.each(IN_STEPS)('judges the parameters of %s in a step, before anything of it runs', async (method, { params }) => {
    const first = { method: 'certificate.delete', params: { slot: '9A' } };
    // Longer texts do not fit into a step.
    const texts = nonsenseFor(specimenOf(params), FEW_VALUES).filter(({ length }) => length < 10_000);
    for (const text of everyOrOneIn(SHARE, texts)) {
      // As it arrives: what is infinite is null in a step.
      const value = read(JSON.stringify(read(text) ?? null));
      if (!isObject(value) || v.is(params, value)) continue;
      stage.reached.length = 0;
      const commandsOfStep = [first, { method, params: value as Record<string, unknown> }];
      const jws = await stage.step({ number: (number += 1), commands: commandsOfStep });
      const code = await codeFor(stage, requestOf('step.run', JSON.stringify({ jws })));
      expect(['INVALID_PARAMS', 'STEP_REFUSED']).toContain(code);
      expect(stage.reached).toEqual([]);
    }
  });

  it.each(Object.entries(MALFORMED_BODIES))('answers a message that is %s', async (_, body) => {
    expect(await codeFor(stage, body)).toBe('INVALID_MESSAGE');
  });

  it('answers nonsense in each place of a message, and nothing to what wants no answer', async () => {
    const request = { jsonrpc: '2.0', id: 1, method: 'diagnostics.run', params: {} };
    const wire = { code: 1, message: 'x', data: { name: 'TIMEOUT', details: {} } };
    for (const message of [request, { jsonrpc: '2.0', id: 1, result: {} }, { jsonrpc: '2.0', id: 1, error: wire }])
      for (const text of nonsenseFor(message)) {
        const value = read(text);
        if (!v.is(messageSchema, value)) expect(await codeFor(stage, text)).toBe('INVALID_MESSAGE');
        else if (isRequest(value)) expect(await codeFor(stage, text)).not.toBe('INTERNAL');
        else stage.receive(value);
      }
    stage.sent.length = 0;
    for (const method of ['$/cancelRequest', '$/setTrace', '$/progress', '$/unknown'])
      for (const params of nonsenseFor({ id: 1, apdus: true }).map(read))
        if (isObject(params)) stage.receive({ jsonrpc: '2.0', method, params });
    await setImmediate();
    expect(stage.sent).toEqual([]);
  });
});

it('takes no malformed initialize', async () => {
  const stage = await openStage();
  for (const text of nonsenseFor(specimenOf(initializeAtHost))) {
    const value = read(text);
    if (v.is(initializeAtHost, value)) continue;
    const request = requestOf('initialize', text);
    expect(await codeFor(stage, request)).toBe(isObject(value) ? 'INVALID_PARAMS' : 'INVALID_MESSAGE');
    expect(answerFirst(read(request), BASE_POINT)).toBeNull();
  }
  expect(await stage.initialize()).toHaveProperty('result');
});
