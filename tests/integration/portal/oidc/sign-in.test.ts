import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CLIENT, RealProvider } from '../../../support/oidc/real-provider.js';
import { Browser, type TestPortal } from '../support/test-portal.js';
import { startProviderPortal } from './provider-portal.js';
import { signIn } from './provider-user.js';

let provider: RealProvider;
let portal: TestPortal;

beforeAll(async () => {
  provider = await RealProvider.start();
  portal = await startProviderPortal([
    {
      name: 'work',
      title: 'Work account',
      issuer: provider.issuer,
      clientId: CLIENT.id,
      secret: CLIENT.secret,
      claims: { upn: 'upn', sid: 'onprem_sid' },
      roles: [{ group: 'portal-operators', role: 'operator' }],
    },
  ]);
  provider.serve(portal.origin, 'work');
  provider.people.set('s-1', {
    sub: 's-1',
    preferred_username: 'Nora',
    name: 'Nora New',
    email: 'nora@example.com',
    upn: 'nora@corp.example.com',
    onprem_sid: 'S-1-5-21-1-2-3-2001',
    groups: ['everyone'],
  });
});
afterAll(async () => {
  await portal.remove();
  await provider.stop();
});

describe('a sign-in at a provider', () => {
  it('makes an account at the first time, and finds it again', async () => {
    provider.person = 's-1';
    const nora = new Browser(portal);
    expect(await signIn(nora, 'work', undefined, '/my-devices')).toMatchObject({
      status: 200,
      body: { user: { username: 'nora', displayName: 'Nora New', role: 'user' }, returnTo: '/my-devices' },
    });
    expect((await nora.get('/api/devices')).status).toBe(200);
    expect(await signIn(new Browser(portal), 'work')).toMatchObject({ body: { user: { username: 'nora' } } });
  });
});
