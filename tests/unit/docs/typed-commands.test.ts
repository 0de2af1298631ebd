import { existsSync, readFileSync } from 'node:fs';
import { inRepository } from '@cardwright/stage';
import { describe, expect, it } from '@jest/globals';
import { type GuideName, NOT_TYPED, TYPED_IN } from '../../support/typed-commands.js';
import { isExcused, TypedGuide } from '../../support/typed-guide.js';

describe.each(Object.keys(TYPED_IN) as GuideName[])('docs/%s', (name) => {
  const { shown } = new TypedGuide(name);
  const sections = Object.values(TYPED_IN[name]).flat();

  it('shows no command that neither a test types nor the table excuses', () => {
    expect(shown.length).toBeGreaterThan(5);
    const isForgotten = ({ section, line }: (typeof shown)[number]): boolean =>
      !sections.includes(section) && !isExcused(name, line);
    expect(shown.filter(isForgotten)).toEqual([]);
  });

  it('shows each command and has each section that the table names', () => {
    expect(NOT_TYPED[name].filter(({ command }) => !shown.some(({ line }) => line === command))).toEqual([]);
    expect(sections.filter((one) => !shown.some(({ section }) => section === one))).toEqual([]);
    expect(new Set(sections).size).toBe(sections.length);
  });

  it.each(Object.keys(TYPED_IN[name]))('is typed by %s, which leaves out nothing', (test) => {
    const file = inRepository('tests', `${test}.test.ts`);
    expect(existsSync(file) && readFileSync(file, 'utf8').includes(`guide.untyped('${test}')`)).toBe(true);
  });
});
