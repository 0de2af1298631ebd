import { describe, expect, it } from '@jest/globals';
import { meaningOfStatusWord, type PivOperation } from '../../../../native-host/src/applets/piv/piv-error.js';

describe('the answer of a card means', () => {
  it.each<[string, PivOperation, string, object]>([
    ['63C2', { kind: 'verifyPin' }, 'PIN_INCORRECT', { retriesLeft: 2 }],
    ['63C0', { kind: 'verifyPin' }, 'PIN_BLOCKED', {}],
    ['6983', { kind: 'verifyPin' }, 'PIN_BLOCKED', {}],
    ['6A80', { kind: 'verifyPin' }, 'PIN_INCORRECT', { retriesLeft: null }],
    ['6302', { kind: 'changePin' }, 'PIN_INCORRECT', { retriesLeft: 2 }],
    ['6A80', { kind: 'changePin' }, 'PIN_REFUSED_BY_DEVICE', {}],
    ['6985', { kind: 'changePin' }, 'PIN_REFUSED_BY_DEVICE', {}],
    ['63C1', { kind: 'unblockPin' }, 'PUK_INCORRECT', { retriesLeft: 1 }],
    ['63C0', { kind: 'changePuk' }, 'PUK_BLOCKED', {}],
    ['6983', { kind: 'unblockPin' }, 'PUK_BLOCKED', {}],
    ['6A86', { kind: 'getWitness' }, 'ALGORITHM_NOT_SUPPORTED', {}],
    ['6A80', { kind: 'authenticateManagementKey' }, 'MANAGEMENT_KEY_REFUSED', { next: null }],
    ['6982', { kind: 'authenticateManagementKey' }, 'MANAGEMENT_KEY_REFUSED', { next: null }],
    ['6982', { kind: 'generate', authenticated: false }, 'NOT_AUTHENTICATED', {}],
    ['6982', { kind: 'generate', authenticated: true }, 'ALGORITHM_NOT_SUPPORTED', {}],
    ['6A80', { kind: 'generate', authenticated: true }, 'ALGORITHM_NOT_SUPPORTED', {}],
    ['6A80', { kind: 'sign', slot: '9D' }, 'KEY_CANNOT_SIGN', { slot: '9D' }],
    ['6A88', { kind: 'sign', slot: '9A' }, 'KEY_MISSING', {}],
    ['6982', { kind: 'sign', slot: '9A' }, 'NOT_AUTHENTICATED', {}],
    ['6A84', { kind: 'putData' }, 'DEVICE_FULL', {}],
    ['6982', { kind: 'putData' }, 'NOT_AUTHENTICATED', {}],
    ['6982', { kind: 'attest' }, 'NOT_AUTHENTICATED', {}],
    ['6D00', { kind: 'reset' }, 'NOT_SUPPORTED_BY_DEVICE', { capability: 'reset' }],
    ['6300', { kind: 'verifyPin' }, 'PIN_INCORRECT', { retriesLeft: null }],
    ['6300', { kind: 'unblockPin' }, 'PUK_INCORRECT', { retriesLeft: null }],
    ['6300', { kind: 'authenticateManagementKey' }, 'MANAGEMENT_KEY_REFUSED', { next: null }],
    ['6A88', { kind: 'verifyPin' }, 'NOT_SUPPORTED_BY_DEVICE', { capability: 'verifyPin' }],
    ['6A88', { kind: 'unblockPin' }, 'NOT_SUPPORTED_BY_DEVICE', { capability: 'unblockPin' }],
    ['6A81', { kind: 'verifyPin' }, 'NOT_SUPPORTED_BY_DEVICE', { capability: 'verifyPin' }],
    ['6A82', { kind: 'putData' }, 'NOT_SUPPORTED_BY_DEVICE', { capability: 'putData' }],
    ['6A84', { kind: 'generate', authenticated: true }, 'DEVICE_FULL', {}],
    ['6700', { kind: 'setManagementKey' }, 'ALGORITHM_NOT_SUPPORTED', {}],
    ['6882', { kind: 'getData' }, 'CARD_ERROR', { statusWord: '6882', instruction: 'getData' }],
    ['6985', { kind: 'reset' }, 'CARD_ERROR', { statusWord: '6985', instruction: 'reset' }],
    ['6F00', { kind: 'putData' }, 'CARD_ERROR', { statusWord: '6F00', instruction: 'putData' }],
  ])('%s on %j: %s', (statusWord, operation, code, data) => {
    const error = meaningOfStatusWord(Number.parseInt(statusWord, 16), operation);
    expect({ code: error.code, data: error.data }).toEqual({ code, data });
  });

  it.each([
    ...['6283', '6700', '6985', '6999', '6A80', '6A81', '6A82', '6A86', '6A88', '6B00', '6D00', '6E00', '9F0C'],
  ])('%s on SELECT: there is no PIV application', (statusWord) => {
    expect(meaningOfStatusWord(Number.parseInt(statusWord, 16), { kind: 'select' }).code).toBe('NO_APPLICATION');
  });

  it.each(['6400', '6581', '6F00'])('%s on SELECT: a fault, which does not tell what the card has', (statusWord) => {
    expect(meaningOfStatusWord(Number.parseInt(statusWord, 16), { kind: 'select' }).code).toBe('CARD_ERROR');
  });
});
