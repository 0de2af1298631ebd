import { expect, it } from '@jest/globals';
import * as v from 'valibot';
import { demoPortal } from '../../../demo/src/demo-portal.js';

const policy = v.object({
  unprovenKeys: v.string(),
  passkeys: v.optional(v.object({ services: v.array(v.string()) })),
});
const policies = v.looseObject({ yubikey: v.object({ policy }) });

it.each([
  [true, 'yubikey-5.8', { unprovenKeys: 'supervised', passkeys: { services: ['portal'] } }],
  [true, 'yubikey', { unprovenKeys: 'supervised' }],
  [false, 'yubikey-5.8', { unprovenKeys: 'refuse', passkeys: { services: ['portal'] } }],
] as const)(
  'sets every device policy that the arguments ask for: supervised %s, %s',
  (supervised, profile, expected) => {
    const { options } = demoPortal({ device: supervised, supervised, profile });
    expect(v.parse(policies, options.policies).yubikey.policy).toEqual(expected);
  },
);

it('keeps the device policies of a new portal otherwise', () => {
  expect(demoPortal({ device: true, supervised: false, profile: 'yubikey' }).options).not.toHaveProperty('policies');
});
