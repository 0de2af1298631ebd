import { describe, expect, it } from '@jest/globals';
import { Log } from '../../../../native-host/src/server/log.js';

describe("the host's log of a defect", () => {
  const logged = (error: unknown) => {
    const lines: string[] = [];
    new Log((line) => lines.push(line)).defect('incident', error);
    return JSON.parse(lines.join()) as Record<string, unknown>;
  };

  it('names the places in the source, and nothing of a message of several lines', () => {
    const { kind, stack } = logged(new TypeError('first 739164\nsecond 739164\n    at third 739164'));
    expect(kind).toBe('TypeError');
    expect(stack).toMatch(/^ {4}at .*log\.test\.ts/);
    expect(stack).not.toMatch(/first|second|third|739164/);
  });

  it('names nothing of a message that was changed later', () => {
    const error = new Error('first\nsecond');
    // The stack keeps the message that the error had when it was read.
    expect(error.stack).toContain('second');
    error.message = 'other';
    expect(logged(error).stack).not.toMatch(/first|second|other/);
  });

  it('names the type alone of what is no error', () => {
    expect(logged('739164')).toMatchObject({ kind: 'string', stack: '' });
  });
});
