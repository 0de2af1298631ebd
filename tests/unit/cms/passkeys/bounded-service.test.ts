import type { PasskeyService } from '@cardwright/cms/passkeys';
import type { Person } from '@cardwright/cms/store';
import { describe, expect, it } from '@jest/globals';
import { boundService } from '../../../../cms/src/passkeys/bounded-service.js';
import { failureOf, ScriptedService } from '../../../engine/support/scripted-service.js';

const ADA: Person = { id: 'ada', username: 'ada', displayName: 'Ada Adams', email: null, upn: null, sid: null };
const LIMIT = 50;

const failing = (failure: Error): PasskeyService => {
  const service = new ScriptedService('entra', 'https://login.example.net', Date.now);
  service.failures.begin.push(failure);
  return boundService(service, LIMIT);
};

describe('a bounded passkey service', () => {
  it.each<[string, object, string, object]>([
    ['PASSKEY_SERVICE_UNAVAILABLE', {}, 'PASSKEY_SERVICE_UNAVAILABLE', { service: 'entra' }],
    ['PASSKEY_SERVICE_REFUSED', { status: 403 }, 'PASSKEY_SERVICE_REFUSED', { service: 'entra', status: 403 }],
    ['PASSKEY_SERVICE_REFUSED', {}, 'PASSKEY_SERVICE_REFUSED', { service: 'entra', status: null }],
    ['PASSKEY_EXPIRED', {}, 'PASSKEY_EXPIRED', {}],
    ['PASSKEY_REFUSED', { reason: 'known' }, 'PASSKEY_REFUSED', { reason: 'known' }],
    ['PASSKEY_REFUSED', { reason: 'because' }, 'PASSKEY_REFUSED', { reason: 'service' }],
  ])('turns an error with the code %s (%j) into one of the catalogue', async (code, details, expected, data) => {
    const begun = failing(failureOf(code, details)).begin(ADA, []);
    await expect(begun).rejects.toMatchObject({ name: 'CardwrightError', code: expected, data });
  });

  it('passes defects on', async () => {
    const defect = failureOf('ECONNRESET');
    await expect(failing(defect).begin(ADA, [])).rejects.toBe(defect);
  });

  it('counts as unreachable if it takes too long', async () => {
    const service = new ScriptedService('entra', 'https://login.example.net', Date.now);
    service.remove = () => new Promise(() => undefined);
    await expect(boundService(service, LIMIT).remove(ADA, 'one')).rejects.toMatchObject({
      code: 'PASSKEY_SERVICE_UNAVAILABLE',
      data: { service: 'entra' },
    });
  });

  it('must not order for another relying party, or what hosts reject', async () => {
    const service = new ScriptedService('entra', 'https://login.example.net', Date.now);
    const { options, expires } = await service.begin(ADA);
    service.begin = () => Promise.resolve({ options: { ...options, rp: { id: 'example.net', name: '' } }, expires });
    await expect(boundService(service, LIMIT).begin(ADA, [])).rejects.toThrow('for another relying party');
    service.begin = () => Promise.resolve({ options: { ...options, challenge: 'not base64url!' }, expires });
    await expect(boundService(service, LIMIT).begin(ADA, [])).rejects.toThrow('what is not WebAuthn');
  });
});
