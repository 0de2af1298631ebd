import { describe, expect, it } from '@jest/globals';
import { PROTOCOL_RANGE, type ProtocolVersion } from '@cardwright/protocol/messages';
import { pinpadFor } from '../../../../native-host/src/commands/on-reader.js';
import type { OpenDevice } from '../../../../native-host/src/devices/open-device.js';
import type { CommandContext } from '../../../../native-host/src/server/handlers.js';
import type { Pinpad } from '../../../../native-host/src/pcsc/pinpad.js';

const KEYPAD = {} as unknown as Pinpad;
const DEVICE = { pinpad: () => Promise.resolve(KEYPAD) } as unknown as OpenDevice;

const talkingTo = (protocol: ProtocolVersion): CommandContext =>
  ({ session: { peer: { protocol } } }) as unknown as CommandContext;

describe('the keypad of a reader', () => {
  it('is used with an extension that can say what to do there', async () => {
    await expect(pinpadFor('if-present', DEVICE, talkingTo(PROTOCOL_RANGE.max))).resolves.toBe(KEYPAD);
  });

  it.each([0, 1])('is not used with an extension of version 3.%s, which has no window for it', async (minor) => {
    const older = talkingTo({ major: 3, minor });
    await expect(pinpadFor('if-present', DEVICE, older)).resolves.toBeNull();
    await expect(pinpadFor('required', DEVICE, older)).rejects.toMatchObject({ code: 'PINPAD_MISSING' });
  });

  it('is not looked for if the command does not name it', async () => {
    const device = { pinpad: () => Promise.reject(new Error('asked')) } as unknown as OpenDevice;
    await expect(pinpadFor(undefined, device, talkingTo(PROTOCOL_RANGE.max))).resolves.toBeNull();
  });
});
