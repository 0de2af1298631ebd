import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { answerProgram, linesOf, LONGEST_LINE, REQUEST_ERROR } from '@cardwright/simulator';
import { playSimulator } from '../../support/played-simulator.js';

interface Answer {
  readonly id: unknown;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

const PIN = '739154';
const simulator = playSimulator({
  person: {
    enter: () => Promise.resolve(true),
    click: (selector: string) => Promise.reject(new Error(`'${selector}' is not a valid selector`)),
  },
});
const answer = async (line: string | null): Promise<Answer> =>
  JSON.parse(await answerProgram(simulator, line)) as Answer;
const request = (method: string, params?: unknown, id: unknown = 7): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });

describe("a program's request to the simulator", () => {
  it('is answered under its id, with facts', async () => {
    await expect(answer(request('insert', { card: 'yubikey', name: 'ada' }, 'first'))).resolves.toMatchObject({
      jsonrpc: '2.0',
      id: 'first',
      result: { card: { name: 'ada', kind: 'yubikey' } },
    });
    await expect(answer(request('pull'))).resolves.toMatchObject({ id: 7, result: {} });
    await expect(answer(request('insert', { card: 'ada' }))).resolves.toMatchObject({
      result: { card: { name: 'ada' } },
    });
  });

  it.each([
    ['a line that is no JSON', '{"jsonrpc":"2.0","id":7,"method":"pull"', REQUEST_ERROR.noJson],
    ['a request without an id', '{"jsonrpc":"2.0","method":"pull"}', REQUEST_ERROR.noRequest],
    ['several requests at once', `[${request('pull')}]`, REQUEST_ERROR.noRequest],
    ['another member', '{"jsonrpc":"2.0","id":7,"method":"pull","token":"x"}', REQUEST_ERROR.noRequest],
    ['parameters without names', request('insert', ['yubikey']), REQUEST_ERROR.wrongParameters],
    ['another order', request('eval', {}), REQUEST_ERROR.noSuchOrder],
    ["the name of an object's method", request('toString', {}), REQUEST_ERROR.noSuchOrder],
    ['another parameter', request('pull', { force: true }), REQUEST_ERROR.wrongParameters],
    ['a text for a number', request('pull-at-step', { step: '3' }), REQUEST_ERROR.wrongParameters],
    ['a page of the computer', request('open', { url: 'file:///etc/passwd' }), REQUEST_ERROR.wrongParameters],
    ['an order that cannot be carried out', request('click', { selector: 'a' }), REQUEST_ERROR.notDone],
  ])('gets an error with a code: %s', async (_, line, code) => {
    const { error, result } = await answer(line);
    expect(error).toEqual({ code, message: expect.stringMatching(/\w/) });
    expect(result).toBeUndefined();
  });

  it.each([
    ['entered', request('enter', { newPin: PIN })],
    ['a number', request('enter', { newPin: Number(PIN) })],
    ['of another name', request('enter', { newPIN: PIN })],
    ['too long', request('enter', { newPin: PIN.repeat(20) })],
    ['a name', request('enter', { [PIN]: PIN })],
    ['an order', request(PIN, {})],
    ['in a broken line', `{"jsonrpc":"2.0","id":7,"method":"enter","params":{"newPin":"${PIN}"`],
    ['in a line without an id', `{"jsonrpc":"2.0","method":"enter","params":{"newPin":"${PIN}"}}`],
    ['a card', request('insert', { card: PIN })],
    ['a selector', request('click', { selector: PIN })],
  ])('never has a PIN in its answer: %s', async (_, line) => {
    expect(await answerProgram(simulator, line)).not.toContain(PIN);
  });

  it('is a line of bounded length', async () => {
    const long = 'x'.repeat(LONGEST_LINE + 1);
    const lines: (string | null)[] = [];
    for await (const line of linesOf(Readable.from([`{"a":1}\n${long.slice(9)}`, `${long}\n{"b":`, '2}\n', 'rest'])))
      lines.push(line);
    expect(lines).toEqual(['{"a":1}', null, '{"b":2}', 'rest']);
    await expect(answer(null)).resolves.toMatchObject({ id: null, error: { code: REQUEST_ERROR.noRequest } });
  });

  it('ends the simulator', async () => {
    expect(simulator.ended.aborted).toBe(false);
    await answer(request('quit'));
    expect(simulator.ended.aborted).toBe(true);
  });
});
