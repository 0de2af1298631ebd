import { describe, expect, it } from '@jest/globals';
import { commands, isMethod } from '@cardwright/protocol';
import { pinRules } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import { paramProblems, repeatable, RUNNABLE } from '../../../../extension/src/pages/inspector/model/runnable.js';
import {
  hasMembers,
  initialValue,
  shapeAt,
  shapeOf,
  typeWords,
} from '../../../../extension/src/pages/inspector/model/schema-shape.js';
import { TraceStore } from '../../../../extension/src/pages/inspector/model/trace-store.js';
import { TraceWriter } from '../../../support/trace-writer.js';

describe('a shape of the command table', () => {
  it('describes each type in a few words', () => {
    const shape = shapeOf(commands['certificate.write'].params);
    const members = shape.kind === 'members' ? shape.members : [];
    expect(members.map((one) => `${one.name}: ${typeWords(one.shape)}`)).toEqual([
      'slot: "9A" | "9C" | "9D" | "9E" | 20 others',
      'certificate: bytes, at most 3000',
    ]);
    expect(typeWords(shapeAt(shapeOf(pinRules), 'minLength', {}))).toBe('integer from 4 to 8');
    expect(typeWords(shapeOf(v.nullable(v.array(v.boolean()))))).toBe('list of boolean | null');
  });

  it('recognises a secret', () => {
    const shape = shapeOf(commands['credentials.prepare'].result);
    expect(typeWords(shapeAt(shape, 'escrow', {}))).toBe('secret');
  });

  it('follows a union to the option of a value', () => {
    const shape = shapeOf(commands['pin.verify'].params);
    const secrets = shapeAt(shape, 'secrets', {});
    const pin = shapeAt(secrets, 'pin', {});
    expect(typeWords(shapeAt(pin, 'sealed', { source: 'cms', sealed: '…' }))).toBe('secret');
    expect(typeWords(shapeAt(pin, 'sealed', { source: 'user' }))).toBe('any');
  });

  it('recognises the option of a value by its constants', () => {
    const shape = shapeAt(shapeAt(shapeOf(commands['pin.verify'].params), 'secrets', {}), 'pin', {});
    const options = shape.kind === 'either' ? shape.options : [];
    expect(options.map((option) => hasMembers(option, { source: 'session' }))).toEqual([false, true, false]);
  });

  it.each(RUNNABLE)('gives %s a form whose initial content is accepted', (method) => {
    expect(paramProblems(method, initialValue(shapeOf(commands[method].params)))).toEqual([]);
  });

  it('is read whole: no member of any command is unknown', () => {
    const unknown = Object.keys(commands)
      .filter(isMethod)
      .flatMap((method) => {
        const shape = shapeOf(commands[method].params);
        if (shape.kind !== 'members') return [method];
        return shape.members.filter((one) => one.shape.kind === 'any').map(({ name }) => `${method} ${name}`);
      });
    expect(unknown).toEqual([]);
  });
});

describe('a command that the inspector may run', () => {
  it('only reads, and may be sent by a page', () => {
    expect(RUNNABLE).toContain('certificate.read');
    for (const method of RUNNABLE) expect(commands[method].permission).toBe('read');
    expect(RUNNABLE.filter((method) => !commands[method].reach.some((reach) => reach === 'page'))).toEqual([]);
  });

  it('takes no text, which a trace may have shortened', () => {
    const shapes = RUNNABLE.map((method) => JSON.stringify(shapeOf(commands[method].params)));
    expect(shapes.filter((shape) => /"kind":"(text|map|any)"/.test(shape))).toEqual([]);
  });

  it('is reported with the problem in its parameters', () => {
    expect(paramProblems('certificate.read', { slot: '9F' })).toMatchObject([{ path: 'slot' }]);
    expect(paramProblems('certificate.read', { slot: '9A', more: 1 })).toHaveLength(1);
  });

  it.each([
    ['certificate.read', { slot: '9A' }, true],
    ['certificate.read', { slot: '[redacted]' }, false],
    ['certificate.read', { slot: 'ZZ' }, false],
    ['pin.verify', { secrets: { pin: { source: 'user' } } }, false],
    ['constructor', {}, false],
  ])('may be sent again as its parameters allow (%s %j): %s', (method, params, can) => {
    const store = new TraceStore();
    store.add(new TraceWriter('aaaa').command('1', method, params, { result: {} }).entries);
    const [group] = store.groups();
    if (group === undefined) throw new Error('there is a command');
    expect(repeatable(group) !== null).toBe(can);
  });
});
