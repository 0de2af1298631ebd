import { expect, it } from '@jest/globals';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { click, waitFor } from '../../support/page-stage.js';
import { device, REASON, versionOf, WHOLE } from '../../support/portal-devices.js';
import { PortalPages } from '../../support/portal-pages.js';

const portal = PortalPages.forTests();

const open = async (devices: readonly object[]) => {
  const page = await portal.open({
    page: 'operator-person',
    address: '/operator/people/p1',
    role: 'operator',
    devices,
  });
  await waitFor(page, '>>> tbody tr');
  return page;
};

const DEVICES = [
  ...WHOLE,
  device('d2', 'suspended', { said: REASON, name: 'Blue badge' }),
  device('d3', 'terminated', { said: REASON, goodUntil: null }),
];

it('shows all devices of a person with what the operator can do, and apart from them those that are over', async () => {
  const page = await open(DEVICES);
  const rows = await page.$$eval('>>> tbody tr', (all) =>
    all.map((row) => (row instanceof HTMLElement ? row.innerText.replace(/\s+/g, ' ').trim() : '')),
  );
  expect(rows[0]).toMatch(
    /^YubiKey Serial number 11223344 .* Active Nov 24, 2029 Nov 25, 2026 Suspend Terminate permanently$/,
  );
  expect(rows[1]).toMatch(
    /^YubiKey .*Blue badge .* Suspended Suspended: “Not a card of ours\.” – .* Resume Terminate permanently$/,
  );
  expect(rows[2]).toMatch(/Terminated Terminated: “Not a card of ours\.” .* Release$/);
  expect(await page.$$eval('>>> h2:not(dialog h2)', (all) => all.map((one) => one.textContent))).toEqual([
    'Devices in use',
    'No longer used',
    'Roles and groups',
    'Passkeys for signing in',
    'Signed-in browsers',
  ]);
  expect(await page.$eval('>>> .facts', (line) => line.textContent)).toContain('2 of 3 devices');
  expect(await findAccessibilityFaults(page)).toEqual([]);
});

it('has the buttons of the list, which act on what is shown', async () => {
  const page = await open(DEVICES);
  await click(page, '>>> [data-action=resume]');
  await waitFor(page, '>>> #outcome.muted');
  expect(portal.bodies).toEqual([{ seen: versionOf('d2') }]);
});
