// Alone proves: the page of roles does what the routes permit.
import { describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { click, fill, waitFor } from '../../support/page-stage.js';
import { device, WHOLE } from '../../support/portal-devices.js';
import { PASSWORD, PortalPages, focusedIn, type PortalScene } from '../../support/portal-pages.js';

const LEFT = { at: '2026-11-28T10:00:00.000Z', because: 'session-refused' };
const OF_A_LEAVER = { owner: { id: 'p2', username: 'bob', displayName: 'Bob Brown', left: LEFT } };
/** The form for a fresh proof, in a dialog. */
const PROOF = '>>> dialog[open] portal-fresh-proof >>>';
const portal = PortalPages.forTests();

const textOf = (page: Page, what: string): Promise<string> =>
  page.$eval(`>>> ${what}`, ({ textContent }) => textContent.replace(/\s+/g, ' ').trim());

describe('the roles on the page of a person', () => {
  const open = async (scene: Partial<PortalScene> = {}): Promise<Page> => {
    const page = await portal.open({
      page: 'operator-person',
      address: '/operator/people/p1',
      role: 'operator',
      devices: WHOLE,
      ...scene,
    });
    await waitFor(page, '>>> #roles');
    return page;
  };
  const box = (role: string): string => `>>> [name=role][value=${role}]`;
  const isChecked = (page: Page, role: string): Promise<boolean> =>
    page.$eval(box(role), (input) => input instanceof HTMLInputElement && input.checked);

  it('are given and taken after a fresh proof, a role for some groups alone', async () => {
    const page = await open();
    expect(await isChecked(page, 'operator')).toBe(true);
    expect(await isChecked(page, 'auditor')).toBe(false);
    expect(await page.$eval('>>> [name=groups-of-operator]', (field) => 'value' in field && field.value)).toBe('Sales');
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await click(page, box('auditor'));
    await fill(page, '>>> [name=groups-of-auditor]', 'Sales\n Desk, north \n\n');
    await fill(page, '>>> [name=groups]', '');
    await click(page, '>>> #save-roles');
    await click(page, '>>> dialog[open] #agree');
    await fill(page, `${PROOF} #password`, 'wrong');
    await click(page, `${PROOF} #prove`);
    await waitFor(page, `${PROOF} #problem`);
    await fill(page, `${PROOF} #password`, PASSWORD);
    await click(page, `${PROOF} #prove`);
    await page.waitForSelector('>>> dialog[open]', { hidden: true });
    expect(await textOf(page, '#saved')).toBe('Saved. The person was signed out everywhere.');
    expect(portal.bodies.slice(-2)).toEqual([
      { groups: [] },
      {
        grants: [
          { role: 'user', group: null },
          { role: 'operator', group: 'Sales' },
          { role: 'administrator', group: null },
          { role: 'auditor', group: 'Sales' },
          { role: 'auditor', group: 'Desk, north' },
        ],
      },
    ]);
    expect(await focusedIn(page)).toBe('saved');
  });

  it('for a group that nobody is in are saved, and the field says so; the sessions that ended are not listed', async () => {
    const page = await open();
    await waitFor(page, '>>> portal-session-list >>> tbody tr');
    await click(page, box('auditor'));
    await fill(page, '>>> [name=groups-of-auditor]', 'Salse');
    await click(page, '>>> #save-roles');
    await click(page, '>>> dialog[open] #agree');
    await fill(page, `${PROOF} #password`, PASSWORD);
    await click(page, `${PROOF} #prove`);
    // The page then shows the person again, and with that the field.
    await page.waitForSelector('>>> portal-session-list >>> tbody tr', { hidden: true });
    await waitFor(page, '>>> #empty-for-auditor');
    expect(await textOf(page, '#empty-for-auditor')).toBe('Nobody is in “Salse” now.');
    expect(await page.$eval('>>> [name=groups-of-auditor]', (field) => field.getAttribute('aria-describedby'))).toBe(
      'each-line empty-for-auditor',
    );
    expect(await page.$('>>> #empty-for-operator')).toBeNull();
    expect(await findAccessibilityFaults(page)).toEqual([]);
  });

  it('are sent only if they have changed', async () => {
    const page = await open();
    await click(page, '>>> #save-roles');
    await waitFor(page, '>>> #saved:not(:empty)');
    expect(await textOf(page, '#saved')).toBe('Nothing has changed.');
    expect(portal.bodies).toEqual([]);
  });

  it('stay those of the last administrator, and the entries stay in the form', async () => {
    const page = await open({ isLastAdministrator: true });
    await click(page, box('administrator'));
    await click(page, '>>> #save-roles');
    await click(page, '>>> dialog[open] #agree');
    await fill(page, `${PROOF} #password`, PASSWORD);
    await click(page, `${PROOF} #prove`);
    await waitFor(page, '>>> portal-role-form >>> cardwright-error-pane');
    const pane = '>>> portal-role-form >>> cardwright-error-pane';
    expect(await page.$eval(pane, ({ shadowRoot }) => shadowRoot?.textContent)).toContain('administrator');
    expect(await isChecked(page, 'administrator')).toBe(false);
    expect(await findAccessibilityFaults(page)).toEqual([]);
  });

  it('of a person of a provider are only shown, with who decides on them', async () => {
    const page = await open({ isBound: true });
    expect(await page.$('>>> #save-roles')).toBeNull();
    expect(await textOf(page, 'portal-role-form >>> p')).toContain('decides on roles and groups.');
    expect(await textOf(page, 'portal-role-form >>> dl')).toMatch(
      /User, Operator for Sales, Administrator.*Munich, north$/,
    );
    expect(await findAccessibilityFaults(page)).toEqual([]);
  });

  it('are shown to an auditor, and to an administrator who sees no devices', async () => {
    const auditors = await open({ role: ['auditor'] });
    expect(await auditors.$('>>> #save-roles')).toBeNull();
    await auditors.close();
    const administrators = await open({ role: ['administrator'] });
    expect(await administrators.$('>>> #save-roles')).not.toBeNull();
    expect(await textOf(administrators, 'h1')).toBe('Ada Lovelace');
    // The link leads to another page than the one with all devices.
    expect(await textOf(administrators, 'portal-operator-person >>> nav a')).toBe('Back');
    expect(portal.calls).not.toContain('GET operator/people/p1');
    expect(await findAccessibilityFaults(administrators)).toEqual([]);
    await administrators.close();
  });

  it('are not shown to an operator who may not read them', async () => {
    const page = await portal.open({
      page: 'operator-person',
      address: '/operator/people/p1',
      role: ['operator'],
      devices: WHOLE,
    });
    await waitFor(page, '>>> tbody tr');
    expect(await page.$('>>> portal-role-form')).toBeNull();
    expect(portal.calls).not.toContain('GET operator/people/p1/roles');
  });
});

describe('a person who left', () => {
  it('is named beside each device, and found by a filter', async () => {
    const devices = [...WHOLE, device('l1', 'suspended', { ...OF_A_LEAVER, isForLeaving: true })];
    const page = await portal.open({ page: 'operator', role: 'operator', devices });
    await waitFor(page, '>>> tbody tr');
    await page.select('>>> [name=left]', 'yes');
    await click(page, '>>> #search');
    await page.waitForFunction(() => {
      const table = document.querySelector('portal-operator')?.shadowRoot?.querySelector('portal-device-table');
      return table?.shadowRoot?.querySelectorAll('tbody tr').length === 1;
    });
    expect(portal.queries.at(-1)).toBe('left=yes&waiting=no');
    expect(await textOf(page, 'tbody tr')).toMatch(/Bob Brown bob Owner left: Nov 28, 2026 .*because its owner left\./);
    expect(await findAccessibilityFaults(page)).toEqual([]);
  });

  it('is named on the person’s own page, with how it was noticed', async () => {
    const person = await portal.open({
      page: 'operator-person',
      address: '/operator/people/p1',
      role: 'operator',
      devices: WHOLE,
      left: LEFT,
    });
    await waitFor(person, '>>> #left');
    expect(await textOf(person, '#left')).toMatch(/^May no longer sign in, as noticed on Nov 28, 2026: the provider/);
    expect(await findAccessibilityFaults(person)).toEqual([]);
    await person.close();
  });
});
