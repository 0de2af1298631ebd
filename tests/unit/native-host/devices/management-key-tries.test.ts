import { beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_MANAGEMENT_KEY_REFUSALS } from '@cardwright/protocol/limits';
import { ManagementKeyTries } from '../../../../native-host/src/devices/management-key-tries.js';

describe('the tries of management keys', () => {
  let tries: ManagementKeyTries;

  beforeEach(() => {
    tries = new ManagementKeyTries();
  });

  const refuse = (id: string): void => {
    for (let count = 0; count < MAX_MANAGEMENT_KEY_REFUSALS; count += 1) {
      expect(tries.mayTry(id)).toBe(true);
      tries.noteRefusal(id);
    }
  };

  it('end after some refusals', () => {
    refuse('serial:1');
    expect(tries.mayTry('serial:1')).toBe(false);
  });

  it('are those of one device', () => {
    refuse('serial:1');
    expect(tries.mayTry('serial:2')).toBe(true);
  });

  it('begin again when the device accepted a key or was erased', () => {
    refuse('serial:1');
    tries.restart('serial:1');
    refuse('serial:1');
    expect(tries.mayTry('serial:1')).toBe(false);
  });
});
