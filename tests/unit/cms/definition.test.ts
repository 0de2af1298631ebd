import { defineOperation, type Slice } from '@cardwright/cms/operations';
import { describe, expect, it } from '@jest/globals';
import { EngineStage, looked, lookStep, operationOf } from './engine-stage.js';

describe('an operation cannot be defined', () => {
  it('with two steps of one name, whose results would be ambiguous', () => {
    expect(() => operationOf([lookStep(), lookStep()])).toThrow('operation look has two steps of one name');
  });

  it('with two slices of one name, which would overwrite each other', () => {
    const other: Slice<{ isDone: boolean }> = { ...looked };
    const steps = [lookStep(), lookStep({ name: 'other', slices: [other] })];
    expect(() => operationOf(steps)).toThrow('operation look has two slices of the name looked');
  });
});

describe('an operation cannot be defined with a name that pages reject:', () => {
  const phase = (name: string, en = 'Looking') => lookStep({ phase: { name, words: { en, de: 'Wird angesehen' } } });

  it('a kind with a capital letter', () => {
    expect(() => operationOf([lookStep()], { kind: 'changePin' })).toThrow('changePin is no kind of operation');
  });

  it.each([
    ['a phase with a blank in its name', phase('look here')],
    ['a phase of more than 80 characters', phase('look', 'x'.repeat(81))],
    ['a phase of two lines', phase('look', 'Looking\nhard')],
    ['a phase without words', phase('look', '')],
  ])('%s', (_what, step) => {
    expect(() => operationOf([step])).toThrow('operation look has a phase that no page would take');
  });

  it.each([
    ['a title of more than 80 characters', { title: { en: 'x'.repeat(81) } }],
    ['a label of more than 80 characters, in any language', { label: { en: 'Look', de: 'x'.repeat(81) } }],
    ['a label of two lines', { label: { en: 'Look\nhard' } }],
    ['a label without words', { label: { en: '' } }],
  ])('%s', (_what, names) => {
    expect(() => operationOf([lookStep()], names)).toThrow('operation look has a name that no page would take');
  });

  it('two names for one phase', () => {
    const steps = [
      lookStep(),
      lookStep({ name: 'other', phase: { name: 'look', words: { en: 'Seeing', de: 'Sehen' } } }),
    ];
    expect(() => operationOf(steps)).toThrow('operation look has two phases of the name look');
    expect(() => operationOf([phase('finished')])).toThrow('operation look has two phases of the name finished');
  });
});

it('a CMS cannot have two operations of one kind', async () => {
  await expect(EngineStage.open(operationOf([lookStep()]), operationOf([lookStep()]))).rejects.toThrow(
    'two operations of the kind look',
  );
});

describe('an operation can be defined', () => {
  it('with one slice in several steps', () => {
    const definition = operationOf([lookStep(), lookStep({ name: 'other' })]);
    expect(defineOperation(definition)).toBe(definition);
  });
});
