import { TestCard } from '../../../support/host-and-card/test-card.js';
import { Browser, listDevices, startTestPortal, TEST_VENDOR, type TestPortal } from './test-portal.js';

/** A portal with two users and an operator who are logged in. */
export interface ErasingPortal {
  readonly portal: TestPortal;
  readonly alice: Browser;
  readonly bob: Browser;
  readonly olga: Browser;
}

/** Starts a portal at which a user can have as many devices as a file of tests makes. */
export async function openErasingPortal(): Promise<ErasingPortal> {
  const portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  const [alice, bob, olga] = await Promise.all([
    Browser.login(portal, 'alice'),
    Browser.login(portal, 'bob'),
    Browser.login(portal, 'olga'),
  ]);
  return { portal, alice, bob, olga };
}

let serial = 70_000_000;

/** Makes a blank security key with a serial number of its own. */
export const newYubikey = (profile?: 'yubikey-4.3.7'): TestCard =>
  new TestCard('yubikey', String((serial += 1)), TEST_VENDOR, profile);

/** Asks what a user may do with a card. */
export async function actionFor(user: Browser, card: TestCard): Promise<unknown> {
  const { body } = await user.post('/api/devices/eligibility', { kind: 'issue', devices: [await card.describe('x')] });
  return body;
}

/** Lists every row of a card, in the owner's list or the operator's. */
export const rowsOf = async (browser: Browser, card: TestCard, path = '/api/devices') =>
  (await listDevices(browser, path)).devices.filter((row) => row.serial === card.serial);

/** Lists the audit log's events of an operation, oldest first. */
export async function eventsOf(operator: Browser, operation: string): Promise<string[]> {
  const { body } = await operator.get('/api/operator/audit');
  const { entries } = body as { entries: { event: string; operationId: string | null }[] };
  return entries
    .filter(({ operationId }) => operationId === operation)
    .map(({ event }) => event)
    .reverse();
}
