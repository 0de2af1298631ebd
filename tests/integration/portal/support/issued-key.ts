import { randomUUID } from 'node:crypto';
import type { CreationOptions } from '@cardwright/protocol/passkeys';
import { verifyRegistration } from '@cardwright/cms/passkeys';
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { userHandleOf } from '../../../../portal/src/server/passkeys/webauthn/user-handle.js';
import type { PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { devices, passkeys, users } from '../../../../portal/src/server/store/schema.js';
import {
  SoftwareAuthenticator,
  type CeremonyFaults,
  type SoftwarePasskey,
} from '../../../support/passkeys/software-authenticator.js';
import type { Answer, Browser } from './test-portal.js';

/** Name of the portal's own passkey service. */
export const KEY_SERVICE = 'portal';
const RP_ID = 'localhost';

/** A user's device with a passkey for the portal, as an issuance leaves it. */
export interface IssuedKey {
  readonly authenticator: SoftwareAuthenticator;
  readonly passkey: SoftwarePasskey;
  readonly deviceId: string;
}

/** Gives a user an active security key with a passkey. */
export async function issueKeyTo(store: PortalDatabase, origin: string, username: string): Promise<IssuedKey> {
  const deviceId = randomUUID();
  await store.db.insert(devices).values({
    id: deviceId,
    ownerId: await idOf(store, username),
    model: 'fido2',
    modelName: 'Security key',
    guid: randomUUID(),
    state: 'active',
    activatedAt: new Date(),
    proof: 'not-proved',
    managementKey: 'own',
  });
  return addPasskeyTo(store, origin, username, deviceId);
}

/** Gives a user's device a passkey. */
export async function addPasskeyTo(
  store: PortalDatabase,
  origin: string,
  username: string,
  deviceId: string,
): Promise<IssuedKey> {
  const authenticator = new SoftwareAuthenticator();
  const options: CreationOptions = {
    rp: { id: RP_ID, name: 'Portal' },
    user: { id: userHandleOf(await idOf(store, username)), name: username, displayName: username },
    challenge: 'AAAA',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  };
  const { passkey, response } = authenticator.register(options, origin);
  const { credentialId, publicKey, aaguid } = await verifyRegistration({ options, origin }, response);
  await store.db.insert(passkeys).values({
    id: randomUUID(),
    deviceId,
    operationId: 'operation-1',
    service: KEY_SERVICE,
    rpId: RP_ID,
    credentialId,
    serviceId: credentialId,
    aaguid,
    publicKey,
    signCount: 0,
    transports: ['usb'],
    name: 'Security key',
    way: 'host',
    place: 'proved',
    attested: false,
  });
  return { authenticator, passkey, deviceId };
}

async function idOf({ db }: PortalDatabase, username: string): Promise<string> {
  const [user] = await db.select().from(users).where(eq(users.username, username));
  if (!user) throw new Error('the account is missing');
  return user.id;
}

const optionsShape = v.object({
  options: v.strictObject({
    challenge: v.string(),
    rpId: v.literal(RP_ID),
    timeout: v.number(),
    userVerification: v.literal('required'),
  }),
});

/** Returns the challenge that a passkey has to sign for a browser, base64url. */
export async function beginPasskey(browser: Browser): Promise<string> {
  const { body } = await browser.post('/api/session/passkey/options', {});
  return v.parse(optionsShape, body).options.challenge;
}

/** Has a key sign, rightly or wrongly, and sends the result to an address. */
export async function signWith(
  browser: Browser,
  path: string,
  { authenticator, passkey }: Pick<IssuedKey, 'authenticator' | 'passkey'>,
  faults?: CeremonyFaults,
): Promise<Answer> {
  const challenge = await beginPasskey(browser);
  const credential = authenticator.assert(passkey, challenge, browser.portal.origin, faults);
  return browser.post(path, { credential });
}
