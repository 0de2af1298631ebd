import { format } from 'node:util';
import { afterAll, beforeAll, expect, jest } from '@jest/globals';

const METHODS = ['log', 'info', 'warn', 'error'] as const;

/**
 * Expects the tests of a file to make the product print lines of these forms and no other, and keeps them off the console. It is called once in a
 * file, outside of its tests and before its first hook.
 */
export function expectOnlyPrinted(...forms: readonly RegExp[]): void {
  const lines: string[] = [];
  beforeAll(() => {
    for (const method of METHODS)
      jest.spyOn(console, method).mockImplementation((...values) => void lines.push(format(...values)));
  });
  afterAll(() => {
    jest.restoreAllMocks();
    expect(lines.filter((line) => !forms.some((form) => form.test(line)))).toEqual([]);
  });
}
