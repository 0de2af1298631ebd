import { defineOperation, type Slice } from '@cardwright/cms';
import { describe, expect, it } from '@jest/globals';
import { looked, lookStep, operationOf } from './engine-stage.js';

describe('an operation is not defined', () => {
  it('with two steps of one name: the results would not find theirs', () => {
    expect(() => operationOf([lookStep(), lookStep()])).toThrow('operation look has two steps of one name');
  });

  it('with two slices of one name: one would be stored in the place of the other', () => {
    const other: Slice<{ isDone: boolean }> = { ...looked };
    const steps = [lookStep(), lookStep({ name: 'other', slices: [other] })];
    expect(() => operationOf(steps)).toThrow('operation look has two slices of the name looked');
  });
});

describe('an operation is defined', () => {
  it('with one slice in several steps', () => {
    const definition = operationOf([lookStep(), lookStep({ name: 'other' })]);
    expect(defineOperation(definition)).toBe(definition);
  });
});
