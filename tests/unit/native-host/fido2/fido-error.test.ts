import { describe, expect, it } from '@jest/globals';
import { meaningOfCtapStatus, type FidoOperation } from '../../../../native-host/src/applets/fido2/fido-error.js';

type Kind = FidoOperation['kind'];
const codeOf = (status: number, kind: Kind) => meaningOfCtapStatus(status, { kind }).code;

describe('a CTAP status', () => {
  it.each<[number, Kind, string]>([
    [0x19, 'makeCredential', 'PASSKEY_EXISTS'],
    [0x26, 'makeCredential', 'ALGORITHM_NOT_SUPPORTED'],
    [0x28, 'makeCredential', 'PASSKEY_STORE_FULL'],
    [0x2f, 'makeCredential', 'TOUCH_TIMEOUT'],
    [0x3a, 'makeCredential', 'TOUCH_TIMEOUT'],
    [0x27, 'makeCredential', 'TOUCH_TIMEOUT'],
    [0x2d, 'makeCredential', 'CANCELLED'],
    [0x36, 'makeCredential', 'NOT_AUTHENTICATED'],
    [0x2b, 'makeCredential', 'NOT_SUPPORTED_BY_DEVICE'],
    [0x33, 'makeCredential', 'AUTHENTICATOR_ERROR'],
    [0x31, 'getPinToken', 'FIDO_PIN_INCORRECT'],
    [0x32, 'getPinToken', 'FIDO_PIN_BLOCKED'],
    [0x34, 'getPinToken', 'FIDO_PIN_PAUSED'],
    [0x35, 'getPinToken', 'FIDO_PIN_MISSING'],
    [0x37, 'getPinToken', 'AUTHENTICATOR_ERROR'],
    [0x31, 'changeFidoPin', 'FIDO_PIN_INCORRECT'],
    [0x37, 'changeFidoPin', 'PIN_REFUSED_BY_DEVICE'],
    [0x37, 'setFidoPin', 'PIN_REFUSED_BY_DEVICE'],
    [0x30, 'resetFido', 'FIDO_RESET_TOO_LATE'],
    [0x01, 'resetFido', 'FIDO_RESET_REFUSED'],
    [0x2f, 'resetFido', 'TOUCH_TIMEOUT'],
    [0x27, 'selection', 'TOUCH_TIMEOUT'],
    [0x01, 'selection', 'NOT_SUPPORTED_BY_DEVICE'],
    [0x30, 'makeCredential', 'AUTHENTICATOR_ERROR'],
    [0x06, 'getInfo', 'DEVICE_BUSY'],
    [0x7f, 'getInfo', 'AUTHENTICATOR_ERROR'],
    [0xf3, 'deleteCredential', 'AUTHENTICATOR_ERROR'],
  ])('%i to %s is %s', (status, kind, code) => {
    expect(codeOf(status, kind)).toBe(code);
  });

  it('is reported as a number if it has no name', () => {
    expect(meaningOfCtapStatus(0x3d, { kind: 'getAssertion' }).data).toEqual({ status: 0x3d });
  });
});
