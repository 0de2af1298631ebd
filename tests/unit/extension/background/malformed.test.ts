import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { commands, isPageMethod, type Method } from '@cardwright/protocol';
import * as v from 'valibot';
import { nonsenseFor } from '../../../support/malformed/places.js';
import { specimenOf } from '../../../support/malformed/specimen.js';
import { FEW_VALUES, MALFORMED_VALUES } from '../../../support/malformed/values.js';
import { everyOrOneIn } from '../../../support/thorough.js';
import { settle } from './fake-port.js';
import { SessionStage, type PageSide, type ScriptedHost } from './session-stage.js';

/** Every message that a page or a host can send to the extension, with nonsense in each of its places. */

/** Of so many texts `npm test` sends one. Within eight seeds in a row, each has its turn. */
const SHARE = 8;

const ROWS = Object.entries(commands);

let stage: SessionStage;
let page: PageSide;
let host: ScriptedHost;
let last = 100;

beforeEach(async () => {
  // The extension logs each message that it refuses.
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  stage = await SessionStage.open();
  ({ page, host } = await stage.openPage());
});
afterEach(() => {
  for (const one of stage.pages) one.port.close();
});

const answer = v.object({ id: v.unknown(), error: v.object({ data: v.object({ name: v.string() }) }) });

/** Has the page post something, and returns the codes of what it hears then. */
async function codesAfter(post: () => void): Promise<unknown[]> {
  const before = page.port.heard.length;
  post();
  await settle();
  return page.port.heard.slice(before).map((one) => (v.is(answer, one) ? one.error.data.name : one));
}

/** Lists nonsense that a port can carry: a browser refuses to clone what has thousands of levels. */
const carried = (specimen: unknown, values = MALFORMED_VALUES): string[] =>
  nonsenseFor(specimen, values).filter((text) => !text.includes('[[[[[[') && !text.includes('{"a":{"a":{"a":'));

/** True if a value has a name or a depth that no message has. */
function isHarmful(value: unknown, levelsLeft = 31): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const names = ['__proto__', 'prototype', 'constructor'];
  return (
    levelsLeft === 0 ||
    names.some((name) => Object.hasOwn(value, name)) ||
    Object.values(value).some((member) => isHarmful(member, levelsLeft - 1))
  );
}

describe('the extension', () => {
  it.each(ROWS)(
    'judges the parameters of %s from a page, and passes no malformed ones on',
    async (method, { params }) => {
      const texts = carried(specimenOf(params));
      expect(texts.length).toBeGreaterThan(40);
      const passedOn = host.received.length;
      for (const text of everyOrOneIn(SHARE, texts)) {
        const value: unknown = JSON.parse(text);
        if (v.is(params, value) && !isHarmful(value)) continue;
        const isMessage = typeof value === 'object' && value !== null && !isHarmful(value);
        const code = !isMessage ? 'INVALID_MESSAGE' : isPageMethod(method) ? 'INVALID_PARAMS' : 'STEP_REQUIRED';
        const id = (last += 1);
        const named = `${text.slice(0, 200)} (${text.length})`;
        const codes = await codesAfter(() => page.say({ jsonrpc: '2.0', id, method, params: value }));
        expect([named, codes]).toEqual([named, [code]]);
      }
      expect(host.received).toHaveLength(passedOn);
    },
  );

  it('answers what is no message, whatever its envelope', async () => {
    const passedOn = host.received.length;
    for (const text of [
      ...carried({ message: { jsonrpc: '2.0', id: 1, method: 'device.list', params: {} }, isActive: false }),
      ...carried({ created: { a: 1 } }, FEW_VALUES),
    ]) {
      const value: unknown = JSON.parse(text);
      for (const code of await codesAfter(() => page.port.say(value)))
        expect(['INVALID_MESSAGE', 'INVALID_PARAMS', 'METHOD_NOT_FOUND', expect.any(Object)]).toContainEqual(code);
    }
    expect(host.received.slice(passedOn).map((one) => 'method' in one && one.method)).not.toContain('x');
  });

  const OF_HOST = ROWS.filter(([method, { handledBy }]) => handledBy === 'host' && isPageMethod(method as Method));

  it.each(OF_HOST)('takes no malformed answer to %s from a host', async (method, { params, result }) => {
    for (const text of everyOrOneIn(SHARE, carried(specimenOf(result), FEW_VALUES))) {
      const value = JSON.parse(text) as object | null;
      // Null has the scripted host withhold its answer.
      if (value === null || v.is(result, value)) continue;
      host.answers = { ...host.answers, [method]: () => value };
      const id = (last += 1);
      const codes = await codesAfter(() => page.say({ jsonrpc: '2.0', id, method, params: specimenOf(params) }));
      const named = `${text.slice(0, 200)} (${text.length})`;
      expect([named, codes.at(-1)]).toEqual([named, 'HOST_ANSWER_INVALID']);
    }
  });

  it.each(Object.entries(MALFORMED_VALUES).filter(([name]) => !name.includes(' in ')))(
    'ends with a host that sends %s in place of a message',
    async (_, json) => {
      const value: unknown = JSON.parse(json);
      host.port.say(value);
      await settle();
      expect(page.port.heard.at(-1)).toMatchObject({
        method: 'session.ended',
        params: { error: { data: { name: 'HOST_ANSWER_INVALID' } } },
      });
    },
  );

  it('logs no value of what a host sent in place of a message', async () => {
    host.port.say('739154');
    await settle();
    const logged = jest.mocked(console.error).mock.calls.flat().join(' ');
    expect(logged).toContain('the host sent what is no message');
    expect(logged).not.toContain('739154');
  });
});
