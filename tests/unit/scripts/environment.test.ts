import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describe, expect, it } from '@jest/globals';

class OwnError extends Error {}
class OwnRangeError extends RangeError {}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const missingFile = (): unknown => thrownBy(() => readFileSync('/no/such/file'));
const unknownOption = (): unknown => thrownBy(() => parseArgs({ args: ['--unknown'] }));
const unknownEncoding = (): unknown => thrownBy(() => new TextDecoder('unknown'));

describe('a test, as a plain Node,', () => {
  it("gives Node's exceptions the class Error", async () => {
    const abort = AbortSignal.abort().reason as unknown;
    const rejected: unknown = await fetch('no:where').catch((error: unknown) => error);
    for (const error of [missingFile(), unknownOption(), unknownEncoding(), abort, rejected])
      expect(error instanceof Error).toBe(true);
  });

  it('gives an error of Node its class, and no other', () => {
    expect(unknownOption() instanceof TypeError).toBe(true);
    expect(unknownEncoding() instanceof RangeError).toBe(true);
    expect(unknownOption() instanceof RangeError).toBe(false);
    expect(missingFile() instanceof TypeError).toBe(false);
  });

  it('gives an error of Node no class that the program derives', () => {
    expect(missingFile() instanceof OwnError).toBe(false);
    expect(unknownEncoding() instanceof OwnRangeError).toBe(false);
  });

  it('gives an exception of the program or of the language its class', () => {
    const syntax = thrownBy(() => JSON.parse('{') as unknown);
    expect([syntax instanceof SyntaxError, syntax instanceof Error, syntax instanceof TypeError]).toEqual([
      true,
      true,
      false,
    ]);
    const own: unknown = new OwnRangeError();
    expect([own instanceof OwnRangeError, own instanceof RangeError, own instanceof Error]).toEqual([true, true, true]);
    expect(own instanceof OwnError).toBe(false);
  });

  it.each([undefined, null, 'Error', {}, { name: 'Error', message: '', stack: '' }])(
    'does not treat %j as an error',
    (value) => {
      expect((value as unknown) instanceof Error).toBe(false);
    },
  );
});
