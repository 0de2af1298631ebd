import { describe, expect, it } from '@jest/globals';
import { meaningOfStatusWord, type PivOperation } from '../../../../native-host/src/applets/piv/piv-error.js';

describe('the answer of a card means', () => {
  it.each<[number, PivOperation, string, object]>([
    [0x63c2, { kind: 'verifyPin' }, 'PIN_INCORRECT', { retriesLeft: 2 }],
    [0x63c0, { kind: 'verifyPin' }, 'PIN_BLOCKED', {}],
    [0x6983, { kind: 'verifyPin' }, 'PIN_BLOCKED', {}],
    [0x6a80, { kind: 'verifyPin' }, 'PIN_INCORRECT', { retriesLeft: null }],
    [0x6302, { kind: 'changePin' }, 'PIN_INCORRECT', { retriesLeft: 2 }],
    [0x6a80, { kind: 'changePin' }, 'PIN_REFUSED_BY_DEVICE', {}],
    [0x6985, { kind: 'changePin' }, 'PIN_REFUSED_BY_DEVICE', {}],
    [0x63c1, { kind: 'unblockPin' }, 'PUK_INCORRECT', { retriesLeft: 1 }],
    [0x63c0, { kind: 'changePuk' }, 'PUK_BLOCKED', {}],
    [0x6983, { kind: 'unblockPin' }, 'PUK_BLOCKED', {}],
    [0x6a86, { kind: 'getWitness' }, 'ALGORITHM_NOT_SUPPORTED', {}],
    [0x6a80, { kind: 'authenticateManagementKey' }, 'MANAGEMENT_KEY_REFUSED', { next: null }],
    [0x6982, { kind: 'authenticateManagementKey' }, 'MANAGEMENT_KEY_REFUSED', { next: null }],
    [0x6982, { kind: 'generate', authenticated: false }, 'NOT_AUTHENTICATED', {}],
    [0x6982, { kind: 'generate', authenticated: true }, 'ALGORITHM_NOT_SUPPORTED', {}],
    [0x6a80, { kind: 'generate', authenticated: true }, 'ALGORITHM_NOT_SUPPORTED', {}],
    [0x6a80, { kind: 'sign', slot: '9D' }, 'KEY_CANNOT_SIGN', { slot: '9D' }],
    [0x6a88, { kind: 'sign', slot: '9A' }, 'KEY_MISSING', {}],
    [0x6982, { kind: 'sign', slot: '9A' }, 'NOT_AUTHENTICATED', {}],
    [0x6a84, { kind: 'putData' }, 'DEVICE_FULL', {}],
    [0x6982, { kind: 'putData' }, 'NOT_AUTHENTICATED', {}],
    [0x6982, { kind: 'attest' }, 'NOT_AUTHENTICATED', {}],
    [0x6d00, { kind: 'reset' }, 'NOT_SUPPORTED_BY_DEVICE', { capability: 'reset' }],
    [0x6300, { kind: 'verifyPin' }, 'PIN_INCORRECT', { retriesLeft: null }],
    [0x6300, { kind: 'unblockPin' }, 'PUK_INCORRECT', { retriesLeft: null }],
    [0x6300, { kind: 'authenticateManagementKey' }, 'MANAGEMENT_KEY_REFUSED', { next: null }],
    [0x6a88, { kind: 'verifyPin' }, 'NOT_SUPPORTED_BY_DEVICE', { capability: 'verifyPin' }],
    [0x6a88, { kind: 'unblockPin' }, 'NOT_SUPPORTED_BY_DEVICE', { capability: 'unblockPin' }],
    [0x6a81, { kind: 'verifyPin' }, 'NOT_SUPPORTED_BY_DEVICE', { capability: 'verifyPin' }],
    [0x6a82, { kind: 'putData' }, 'NOT_SUPPORTED_BY_DEVICE', { capability: 'putData' }],
    [0x6a84, { kind: 'generate', authenticated: true }, 'DEVICE_FULL', {}],
    [0x6700, { kind: 'setManagementKey' }, 'ALGORITHM_NOT_SUPPORTED', {}],
    [0x6882, { kind: 'getData' }, 'CARD_ERROR', { statusWord: '6882', instruction: 'getData' }],
    [0x6985, { kind: 'reset' }, 'CARD_ERROR', { statusWord: '6985', instruction: 'reset' }],
    [0x6f00, { kind: 'putData' }, 'CARD_ERROR', { statusWord: '6F00', instruction: 'putData' }],
  ])('%i on %j: %s', (statusWord, operation, code, data) => {
    const error = meaningOfStatusWord(statusWord, operation);
    expect({ code: error.code, data: error.data }).toEqual({ code, data });
  });

  it.each([
    ...[0x6283, 0x6700, 0x6985, 0x6999, 0x6a80, 0x6a81, 0x6a82, 0x6a86, 0x6a88, 0x6b00, 0x6d00, 0x6e00, 0x9f0c],
  ])('%i on SELECT: there is no PIV application', (statusWord) => {
    expect(meaningOfStatusWord(statusWord, { kind: 'select' }).code).toBe('NO_APPLICATION');
  });

  it.each([0x6400, 0x6581, 0x6f00])('%i on SELECT: a fault, which does not tell what the card has', (statusWord) => {
    expect(meaningOfStatusWord(statusWord, { kind: 'select' }).code).toBe('CARD_ERROR');
  });
});
