import { describe, expect, it } from '@jest/globals';
import { parseFault } from '@cardwright/virtual-card';

describe('the faults of a virtual card', () => {
  it.each([
    ['pull@3', { kind: 'pull', at: 3 }],
    ['pull-after@12', { kind: 'pull-after', at: 12 }],
    ['mute@1', { kind: 'mute', at: 1 }],
    ['status@7=6F00', { kind: 'status', at: 7, statusWord: 0x6f00 }],
    ['delay@2=1500', { kind: 'delay', at: 2, milliseconds: 1500 }],
  ])('%s is understood', (written, fault) => {
    expect(parseFault(written)).toEqual(fault);
  });

  it.each(['', 'pull', 'pull@0', 'pull@3=1', 'status@3', 'status@3=6F', 'delay@3', 'delay@3=6F00', 'burn@1'])(
    '%p is refused with the forms that exist',
    (written) => {
      expect(() => parseFault(written)).toThrow('status@N=6F00');
    },
  );
});
