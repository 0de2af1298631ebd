import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NOTHING_TO_DO, validate } from '@cardwright/protocol';
import { diagnosticCheck } from '@cardwright/protocol/command-definitions';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { verdictOf } from '../../../../native-host/src/checks/index.js';
import { CARDS, Desk, failuresIn, goodDesk, READER, USER, type ServiceState } from './desk.js';

describe('doctor', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = goodDesk();
  });
  afterEach(() => desk.remove());

  it('finds nothing when all is well, and says so in one sentence', async () => {
    const findings = await desk.check(CARDS.good);
    expect(failuresIn(findings)).toEqual([]);
    for (const { check } of findings) validate(diagnosticCheck, check);
    expect(verdictOf(findings.map(({ check }) => check))).toBe('Everything works, from the browser to the card.');
    const ids = [...new Set(findings.map(({ check }) => check.id))];
    expect(ids).toEqual([
      ...['browser', 'manifest', 'extensions', 'policy', 'host', 'host-files', 'clock'],
      ...['pcsc', 'permission', 'programs', 'reader', 'device', 'application', 'pin', 'puk', 'fido-pin'],
    ]);
  });

  it.each<[string, ServiceState, string, string]>([
    ['the smart card service is stopped', 'stopped', 'pcsc', 'PCSC_UNAVAILABLE'],
    ['the user may not use it', 'forbidden', 'permission', 'PCSC_FORBIDDEN'],
    ['there is no reader', 'no reader', 'reader', 'NO_READER'],
    ['there is no card', 'empty', 'device', 'DEVICE_NOT_FOUND'],
    ['the card is mute', 'mute', 'device', 'CARD_MUTE'],
    ['the card has no PIV application', CARDS['without PIV'], 'device', 'NO_APPLICATION'],
    ['another program holds the card', 'held', 'device', 'DEVICE_BUSY'],
    ['the PIN is blocked', CARDS['PIN blocked'], 'pin', 'PIN_BLOCKED'],
    ['the PUK is blocked', CARDS['PUK blocked'], 'puk', 'PUK_BLOCKED'],
    [
      "Yubico's minidriver has changed the card",
      CARDS['changed by the minidriver'],
      'application',
      'CHANGED_BY_MINIDRIVER',
    ],
  ])('names the fault and its remedy when %s', async (_, state, id, code) => {
    const findings = await desk.check(state);
    expect(failuresIn(findings)).toEqual([{ id, code }]);
    const fault = findings.find(({ check }) => check.outcome === 'failed');
    expect(fault?.remedy).toMatch(/\.$|;$/m);
    expect(fault?.remedy).not.toBe(NOTHING_TO_DO);
    expect(verdictOf(findings.map(({ check }) => check))).toMatch(new RegExp(`\\(${code}\\)\\.$`));
    // Checks that depend on the failed one are not reported as passed.
    const after = findings.slice(fault === undefined ? 0 : findings.indexOf(fault) + 1).map(({ check }) => check);
    if (['pcsc', 'permission', 'reader'].includes(id))
      expect(after.filter(({ outcome }) => outcome !== 'skipped').map((check) => check.id)).toEqual(
        id === 'reader' ? [] : ['programs'],
      );
  });

  it.each<[string, ServiceState, RegExp, RegExp]>([
    [
      'a GIDS card',
      CARDS.GIDS,
      /^GIDS smart card, .*cannot be issued$/,
      /^Use a smart card with PIV, or a security key\.$/,
    ],
    ['an OpenPGP card', CARDS.OpenPGP, /^OpenPGP card, .*cannot be issued$/, /^Use a smart card with PIV/],
    ['a YubiKey', CARDS['YubiKey without PIV and FIDO2'], /^YubiKey, .*switched off on it$/, /^Switch PIV or FIDO2 on/],
    ['an unknown card', CARDS['without PIV'], /^Unknown card, .*cannot be issued$/, /^Use another device\.$/],
  ])('says of %s without PIV and FIDO2 what it is, and what to do', async (_, state, detail, remedy) => {
    const [fault, ...others] = (await desk.check(state)).filter(({ check }) => check.outcome === 'failed');
    expect(others).toEqual([]);
    expect(fault).toMatchObject({
      check: { id: 'device', code: 'NO_APPLICATION', detail: expect.stringMatching(detail) },
      remedy: expect.stringMatching(remedy),
    });
  });

  it('prints the polkit rule and the state of the session when permission is missing', async () => {
    desk.programs.set('loginctl', () => 'Active=no\nRemote=yes\nState=closing\n');
    const findings = await desk.check('forbidden');
    const fault = findings.find(({ check }) => check.id === 'permission');
    expect(fault?.check.detail).toContain('a remote session whose state is closing');
    expect(fault?.remedy).toContain('org.debian.pcsc-lite.access_pcsc');
    expect(fault?.remedy).toContain(`subject.user == "${USER}"`);
  });

  it('names programs with the smart card library loaded as probable culprits, but not itself', async () => {
    const library = '7f00-7f01 r-xp 0 08:01 1 /usr/lib/x86_64-linux-gnu/libpcsclite.so.1.0.0\n';
    for (const [pid, maps, name] of [
      [100, library, 'node'],
      [200, library, 'scdaemon'],
      [300, '7f00-7f01 r-xp 0 08:01 1 /usr/lib/libc.so.6\n', 'bash'],
    ] as const) {
      desk.write(`/proc/${pid}/maps`, maps);
      desk.write(`/proc/${pid}/comm`, `${name}\n`);
      desk.write(`/proc/${pid}/cmdline`, `/usr/bin/${name}\0--server\0`);
    }
    const findings = await desk.check('held');
    const detail = findings.find(({ check }) => check.id === 'device')?.check.detail;
    expect(detail).toContain('held by, probably: scdaemon (process 200)');
    expect(detail).not.toMatch(/node|bash/);
  });

  it('names a browser that is a Snap when no other could start the host', async () => {
    const bare = new Desk();
    try {
      bare.write('/snap/bin/chromium', '');
      bare.write('/usr/bin/chromium-browser', '');
      expect(failuresIn(await bare.check(CARDS.good))).toContainEqual({ id: 'browser', code: 'BROWSER_SANDBOXED' });
      bare.write('/usr/bin/google-chrome', '');
      expect(failuresIn(await bare.check(CARDS.good))).not.toContainEqual({ id: 'browser', code: 'BROWSER_SANDBOXED' });
    } finally {
      bare.remove();
    }
  });

  it('reports driver and firmware of a USB reader', async () => {
    const list = (...values: string[]) =>
      `<array>${values.map((value) => `<string>${value}</string>`).join('\n')}</array>`;
    desk.write(
      '/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist',
      `<plist><dict><key>CFBundleShortVersionString</key><string>1.6.2</string>
       <key>ifdVendorID</key>${list('0x08E6', '0x1050')}<key>ifdProductID</key>${list('0x3437', '0x0407')}
       <key>ifdFriendlyName</key>${list('Gemalto PC Twin Reader', 'Yubico YubiKey OTP+FIDO+CCID')}</dict></plist>`,
    );
    for (const [file, value] of [
      ['idVendor', '1050'],
      ['idProduct', '0407'],
      ['bcdDevice', '0570'],
    ] as const)
      desk.write(`/sys/bus/usb/devices/1-4/${file}`, `${value}\n`);
    const findings = await desk.check(CARDS.good);
    expect(findings.find(({ check }) => check.id === 'reader')?.check.detail).toBe(
      `${READER} (USB 1050:0407, driver ifd-ccid 1.6.2, firmware 5.70)`,
    );
  });

  it.each([
    ['before it was built', -2 * 24 * 3600, 'STEP_REFUSED'],
    ['long after it was built', 11 * 365 * 24 * 3600, 'STEP_REFUSED'],
    ['now', 0, null],
  ])('judges a clock that says %s', async (_, seconds, code) => {
    const built = Date.parse('2026-11-01T00:00:00Z');
    desk.build({ built, version: PRODUCT_VERSION, files: {} });
    const findings = await desk.check(CARDS.good, 'doctor', built + seconds * 1_000);
    expect(failuresIn(findings)).toEqual(code === null ? [] : [{ id: 'clock', code }]);
  });

  it.each([
    ['a file was changed', { files: { 'main.js': 'a'.repeat(64) } }, /changed: main\.js/],
    ['a file is missing', { files: { 'gone.js': 'a'.repeat(64) } }, /missing or changed: gone\.js/],
    ['files of two versions are mixed', { version: '0.0.1' }, /version 0\.0\.1/],
  ])('says that the host is damaged when %s', async (_, change, words) => {
    desk.build({ built: Date.now(), version: PRODUCT_VERSION, files: {}, ...change });
    const findings = await desk.check(CARDS.good);
    expect(failuresIn(findings)).toEqual([{ id: 'host-files', code: 'HOST_DAMAGED' }]);
    expect(findings.find(({ check }) => check.id === 'host-files')?.check.detail).toMatch(words);
  });
});

describe('an update that doctor reports', () => {
  const AT = 'https://get.example/cardwright';
  let desk: Desk;

  beforeEach(() => {
    desk = goodDesk();
  });
  afterEach(() => desk.remove());

  const reported = async (policy: unknown) => {
    desk.write('/etc/cardwright/host.json', typeof policy === 'string' ? policy : JSON.stringify(policy));
    return (await desk.check(CARDS.good)).filter(({ check }) => check.id === 'update');
  };

  it('needs a policy that names a newer version and its address', async () => {
    const [finding, ...others] = await reported({ minimumVersion: '99.0.0', download: AT });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      check: { outcome: 'failed', code: 'VERSION_MISMATCH' },
      remedy: `Get it at ${AT}`,
    });
    expect(finding?.check.detail).toContain(PRODUCT_VERSION);
  });

  it('is reported beside a setting that cannot be read', async () => {
    const findings = await reported({ minimumVersion: '99.0.0', download: AT, logLevel: 'loud' });
    expect(findings.map(({ check }) => check)).toMatchObject([
      { outcome: 'failed', code: 'POLICY_UNREADABLE' },
      { outcome: 'failed', code: 'VERSION_MISMATCH' },
    ]);
  });

  it('is not reported if the host is new enough', async () => {
    expect(await reported({ minimumVersion: PRODUCT_VERSION, download: AT })).toMatchObject([
      { check: { outcome: 'passed' } },
    ]);
  });

  it.each<[string, unknown]>([
    ['no version', { download: AT }],
    ['no place', { minimumVersion: '99.0.0' }],
  ])('is not reported if policy names %s', async (_, policy) => {
    expect(await reported(policy)).toEqual([]);
  });

  it.each<[string, unknown, string, string]>([
    ['a version', { minimumVersion: 'latest', download: AT }, ': minimumVersion', 'a version such as 0.2.0'],
    ['a place that is not https', { minimumVersion: '99.0.0', download: 'http://get.example/' }, ': download', 'https'],
    ['a place that is a script', { minimumVersion: '99.0.0', download: 'javascript:alert(1)' }, ': download', 'https'],
    ['a level of the log', { logLevel: 'loud' }, ': logLevel', 'warn'],
    ['null for a version', { minimumVersion: null }, ': minimumVersion', 'a version'],
    ['a file without JSON', '{', '', 'an object'],
    ['a list', [], '', 'an object'],
  ])('names what it cannot read, and what is allowed: %s', async (_, policy, member, allowed) => {
    const [finding, ...others] = await reported(policy);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ check: { outcome: 'failed', code: 'POLICY_UNREADABLE' } });
    expect(finding?.check.detail).toMatch(new RegExp(`host\\.json${member}$`));
    expect(finding?.remedy).toContain(allowed);
  });

  it('names each member that it cannot read', async () => {
    const findings = await reported({ minimumVersion: 1, download: 'ftp://get.example/', logLevel: 'info' });
    expect(findings.map(({ check }) => check.code)).toEqual(['POLICY_UNREADABLE', 'POLICY_UNREADABLE']);
  });
});
