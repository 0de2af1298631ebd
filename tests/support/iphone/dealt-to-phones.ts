import { createPrivateKey, type KeyObject } from 'node:crypto';
import { Iphone, openAppleAuthority, type AppleAuthority, type IphoneOptions } from '@cardwright/stage';
import * as v from 'valibot';
import { madeOnce } from '../made-once.js';
import { nextRsaKey } from '../rsa-keys.js';

const identity = v.strictObject({ certificate: v.string(), key: v.string() });
const authorities = v.strictObject({ root: identity, upper: identity, lower: identity });

/** Returns the test authority for iPhones. All files of a run have the same one, because making it takes two RSA keys and a few openssl. */
export const openKeptAppleAuthority = (): Promise<AppleAuthority> =>
  openAppleAuthority(async (make) => {
    const kept = await madeOnce('apple-authorities', async () => Buffer.from(JSON.stringify(await make())));
    return v.parse(authorities, JSON.parse(kept.toString()));
  });

export const nextPhoneKey = async (): Promise<KeyObject> =>
  createPrivateKey({ key: await nextRsaKey(), format: 'der', type: 'pkcs8' });

/** Makes a quick phone: it hardly waits between two requests, and its keys are dealt unless they have another size than 2048 bits. */
export async function makeQuickIphone(options: IphoneOptions = {}): Promise<Iphone> {
  await openKeptAppleAuthority();
  const dealt = options.keySize === undefined ? { newKey: nextPhoneKey } : {};
  return Iphone.make({ delayFactor: 0.01, ...dealt, ...options });
}
