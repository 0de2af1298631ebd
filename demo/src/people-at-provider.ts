import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onProcessEnd } from '@cardwright/stage';
import { CLIENT, IdentityProvider } from './identity-provider.js';

/** Name of the provider in the settings of the portal. */
export const PROVIDER = 'example';

const PEOPLE = [
  {
    sub: 'alice',
    preferred_username: 'alice',
    name: 'Alice Adams',
    email: 'alice@corp.example',
    email_verified: true,
    upn: 'alice@corp.example',
    onprem_sid: 'S-1-5-21-1004336348-1177238915-682003330-1104',
    groups: ['employees'],
  },
  { sub: 'oscar', preferred_username: 'oscar', name: 'Oscar Operator', groups: ['employees', 'card-desk'] },
];

/** An identity provider with the people of the demo, and the setting by which the portal knows it. */
export interface ProviderOfPeople {
  readonly provider: IdentityProvider;
  readonly signIn: object;
}

/** Starts an identity provider with Alice and Oscar. Oscar is an operator and an administrator by his group. */
export async function startProvider(): Promise<ProviderOfPeople> {
  const provider = await IdentityProvider.start('127.0.0.1');
  for (const person of PEOPLE) provider.people.set(person.sub, person);
  provider.asks = true;
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-demo-'));
  onProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
  const secretFile = path.join(folder, 'client-secret');
  writeFileSync(secretFile, CLIENT.secret, { mode: 0o600 });
  const oidc = {
    name: PROVIDER,
    title: 'Example Company',
    issuer: provider.issuer,
    clientId: CLIENT.id,
    credential: { secretFile },
    claims: { upn: 'upn', sid: 'onprem_sid' },
    roles: [
      { group: 'card-desk', role: 'operator' },
      { group: 'card-desk', role: 'administrator' },
    ],
  };
  return { provider, signIn: { oidc: [oidc] } };
}
