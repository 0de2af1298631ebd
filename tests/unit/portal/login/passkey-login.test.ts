/** @own-modules because the language of a page stays in its module. */
import { expect, it, jest } from '@jest/globals';

const OPTIONS = { challenge: 'AAAA', rpId: 'cms.example', timeout: 60_000, userVerification: 'required' };
const NOT_HERE = new DOMException('no passkeys in this browser', 'NotSupportedError');

Object.assign(globalThis, {
  document: { documentElement: { lang: 'en' } },
  PublicKeyCredential: { isConditionalMediationAvailable: () => Promise.resolve(true) },
  fetch: () => Promise.resolve(Response.json({ options: OPTIONS })),
});
const get = jest.fn(() => Promise.reject(NOT_HERE));
Object.defineProperty(globalThis, 'navigator', { value: { credentials: { get } }, configurable: true });
const { PasskeyLogin } = await import('../../../../portal/src/pages/login/passkey-login.js');

const failed = jest.fn();
const login = new PasskeyLogin({ entered: () => undefined, failed });

it('says nothing of a browser that cannot make the offer for which nobody asked', async () => {
  await login.offer();
  expect(get).toHaveBeenCalledTimes(1);
  expect(failed).not.toHaveBeenCalled();
});

it('says once that the browser cannot show the dialog for which its user asked', async () => {
  await login.ask();
  expect(failed.mock.calls).toEqual([[NOT_HERE]]);
});
