import { describe, expect, it } from '@jest/globals';
import { CARDS, Desk, failuresIn, goodDesk, USER, type ServiceState } from './desk.js';

describe('a page', () => {
  it.each<[string, ServiceState]>([
    ['a good card', CARDS.good],
    ['a card that another program holds', 'held'],
    ['no permission', 'forbidden'],
    ['no service', 'stopped'],
  ])('learns no path, account, program or browser of the computer with %s', async (_, state) => {
    const desk = goodDesk();
    try {
      desk.link('/home/alice/bin/secret-browser', '/proc/99/exe');
      desk.write('/proc/200/maps', '/usr/lib/libpcsclite.so.1');
      desk.write('/proc/200/comm', 'gpg-agent-of-alice\n');
      desk.write('/etc/opt/chrome/policies/managed/fleet.json', '{"NativeMessagingBlocklist":["*"]}');
      desk.build({ built: Date.now(), version: '0.0.1', files: { 'main.js': 'a' } });
      desk.programs.set('loginctl', () => 'Active=no\nRemote=yes\nState=closing\n');
      const findings = await desk.check(state, 'page');
      const told = JSON.stringify(findings.map(({ check }) => check));
      for (const secret of [
        USER,
        desk.home,
        desk.root,
        desk.programFolder,
        'gpg-agent',
        'fleet',
        'Chrome',
        'remote',
        process.version,
      ]) {
        expect(told).not.toContain(secret);
      }
      expect(told).not.toMatch(/\/(home|etc|usr|proc|root|Users)\//);
      const ids = new Set(findings.map(({ check }) => check.id));
      expect([...ids].filter((id) => ['manifest', 'policy'].includes(id))).toEqual([]);
    } finally {
      desk.remove();
    }
  });

  it('learns that its browser is in a sandbox', async () => {
    const desk = new Desk();
    try {
      desk.env = { FLATPAK_ID: 'org.mozilla.firefox' };
      expect(failuresIn(await desk.check(CARDS.good, 'page'))).toEqual([{ id: 'browser', code: 'BROWSER_SANDBOXED' }]);
    } finally {
      desk.remove();
    }
  });
});
