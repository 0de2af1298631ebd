import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import {
  Iphone,
  openAppleAuthority,
  type AppleAuthority,
  type DeviceIdentity,
  type IphoneOptions,
} from '@cardwright/stage';
import * as v from 'valibot';
import { madeOnce } from '../made-once.js';
import { nextRsaKey } from '../rsa-keys.js';

const identity = v.strictObject({ certificate: v.string(), key: v.string() });
const deviceIdentity = v.strictObject({ certificatePem: v.string(), chainPem: v.string(), keyPem: v.string() });
const authorities = v.strictObject({ root: identity, upper: identity, lower: identity });

/** Returns the test authority for iPhones. All files of a run have the same one, because making it takes two RSA keys and a few openssl. */
export const openKeptAppleAuthority = (): Promise<AppleAuthority> =>
  openAppleAuthority(async (make) => {
    const kept = await madeOnce('apple-authorities', async () => Buffer.from(JSON.stringify(await make())));
    return v.parse(authorities, JSON.parse(kept.toString()));
  });

let dealt = 0;

/**
 * Returns the identity with which a phone signs. Each file of tests is dealt the same ones in the same order, and none twice, because making one
 * starts openssl, which finds a key.
 */
export async function nextPhoneIdentity(): Promise<DeviceIdentity> {
  const authority = await openKeptAppleAuthority();
  dealt += 1;
  // A worker may have opened an authority of its own before.
  const issuer = createHash('sha256').update(authority.rootPem).digest('hex').slice(0, 16);
  const made = await madeOnce(`apple-device-${issuer}-${dealt}`, async () =>
    Buffer.from(JSON.stringify(await authority.issueDevice())),
  );
  return v.parse(deviceIdentity, JSON.parse(made.toString()));
}

export const nextPhoneKey = async (): Promise<KeyObject> =>
  createPrivateKey({ key: await nextRsaKey(), format: 'der', type: 'pkcs8' });

/** Makes a quick phone: it hardly waits between two requests, and its identity and keys are dealt, unless keys have another size than 2048 bits. */
export async function makeQuickIphone(options: IphoneOptions = {}): Promise<Iphone> {
  const keys = options.keySize === undefined ? { newKey: nextPhoneKey } : {};
  const authority = { issueDevice: nextPhoneIdentity };
  return Iphone.make({ delayFactor: 0.01, authority, ...keys, ...options });
}
