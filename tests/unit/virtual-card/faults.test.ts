import { describe, expect, it } from '@jest/globals';
import { parseFault } from '@cardwright/virtual-card';
import { FaultPlan } from '../../../virtual-card/src/faults.js';

describe('the faults of a virtual card', () => {
  it.each([
    ['pull@3', { kind: 'pull', at: 3 }],
    ['pull-after@12', { kind: 'pull-after', at: 12 }],
    ['garble@12', { kind: 'garble', at: 12 }],
    ['stale@12', { kind: 'stale', at: 12 }],
    ['hold@12', { kind: 'hold', at: 12 }],
    ['mute@1', { kind: 'mute', at: 1 }],
    ['mute@0', { kind: 'mute', at: 0 }],
    ['pull@PUT-DATA', { kind: 'pull', at: { instruction: 'PUT-DATA', nth: 1 } }],
    ['status@VERIFY#2=6F00', { kind: 'status', at: { instruction: 'VERIFY', nth: 2 }, statusWord: 0x6f00 }],
    ['status@7=6F00', { kind: 'status', at: 7, statusWord: 0x6f00 }],
    ['ctap@CTAP-RESET=2f', { kind: 'ctap', at: { instruction: 'CTAP-RESET', nth: 1 }, ctapStatus: 0x2f }],
    ['delay@2=1500', { kind: 'delay', at: 2, milliseconds: 1500 }],
  ])('%s is understood', (written, fault) => {
    expect(parseFault(written)).toEqual(fault);
  });

  it.each([
    ...[
      '',
      'pull',
      'pull@0',
      'pull@3=1',
      'status@3',
      'status@3=6F',
      'ctap@3',
      'ctap@3=6F00',
      'delay@3',
      'delay@3=6F00',
      'burn@1',
    ],
    ...[
      'pull@NOTHING',
      'pull@VERIFY#0',
      'pull@VERIFY#',
      'pull@verify',
      'status@0=6F00',
      'mute@toString',
      'garble@0',
      'garble@3=1',
      'hold@0',
      'hold@3=1',
    ],
  ])('%p is refused with the forms that exist', (written) => {
    expect(() => parseFault(written)).toThrow('status@N=6F00');
  });
});

describe('when a fault happens', () => {
  const VERIFY = Buffer.from('00200080', 'hex');
  const PUT_FIRST = Buffer.from('10DB3FFF', 'hex');
  const PUT_LAST = Buffer.from('00DB3FFF', 'hex');
  const kinds = (faults: string[], ...apdus: Buffer[]) => {
    const plan = new FaultPlan(faults.map(parseFault));
    return apdus.map((apdu) => plan.next(apdu)?.kind);
  };

  it('is at the APDU of its number', () => {
    expect(kinds(['pull@2'], VERIFY, VERIFY, VERIFY)).toEqual([undefined, 'pull', undefined]);
  });

  it('is at the named command', () => {
    expect(kinds(['pull@VERIFY#2'], VERIFY, PUT_LAST, VERIFY, VERIFY)).toEqual([
      undefined,
      undefined,
      'pull',
      undefined,
    ]);
  });

  it('is at the end of a chain, which counts as one command', () => {
    const commands = [PUT_FIRST, PUT_FIRST, PUT_LAST, PUT_FIRST, PUT_LAST];
    expect(kinds(['status@PUT-DATA#2=6F00'], ...commands)).toEqual([...Array<undefined>(4), 'status']);
  });

  it('lasts from then on if the card goes mute', () => {
    expect(kinds(['mute@VERIFY'], PUT_LAST, VERIFY, PUT_LAST)).toEqual([undefined, 'mute', 'mute']);
  });
});
