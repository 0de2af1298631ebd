import { describe, expect, it } from '@jest/globals';
import koffi from 'koffi';
import { abiOf, ioRequestType, readerStateType } from '../../../../native-host/src/pcsc/koffi-types.js';

/** Expected sizes and offsets in bytes, from the 64-bit C compilers of the systems. */
describe('the types of PC/SC', () => {
  it.each([
    ['linux', { handle: 8, dword: 8, state: 80, events: 24, atr: 40, request: 16 }],
    ['win32', { handle: 8, dword: 4, state: 64, events: 20, atr: 28, request: 8 }],
    ['darwin', { handle: 4, dword: 4, state: 61, events: 20, atr: 28, request: 8 }],
  ] as const)('have the sizes of %s', (platform, sizes) => {
    const abi = abiOf(platform);
    const state = readerStateType(abi);
    expect({
      handle: koffi.sizeof(abi.HANDLE),
      dword: koffi.sizeof(abi.DWORD),
      state: koffi.sizeof(state),
      events: koffi.offsetof(state, 'dwEventState'),
      atr: koffi.offsetof(state, 'rgbAtr'),
      request: koffi.sizeof(ioRequestType(abi)),
    }).toEqual(sizes);
  });

  it.each([
    ['linux', { control: 'SCardControl', featureRequest: 0x42000d48 }],
    // CTL_CODE(FILE_DEVICE_SMARTCARD, 3400, METHOD_BUFFERED, FILE_ANY_ACCESS), winsmcrd.h.
    ['win32', { control: 'SCardControl', featureRequest: 0x00313520 }],
    ['darwin', { control: 'SCardControl132', featureRequest: 0x42000d48 }],
  ] as const)('ask a reader for its features as %s does', (platform, expected) => {
    expect(abiOf(platform)).toMatchObject(expected);
  });

  it('come from where the system keeps its library, not from the current folder', () => {
    expect(abiOf('win32').library).toMatch(/^[A-Z]:\\.*\\System32\\winscard\.dll$/i);
    expect(abiOf('darwin').library).toMatch(/^\/System\/Library\//);
  });
});
