import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { MAX_BUNDLE_LENGTH, supportBundle, type SupportBundle } from '@cardwright/protocol/trace';
import { readBundle, writeBundle } from '../../../../native-host/src/cli/bundle-file.js';
import { printBundle } from '../../../../native-host/src/cli/print-bundle.js';
import { printable } from '../../../../native-host/src/cli/print.js';
import { Desk, USER } from '../checks/desk.js';

const CHECKS = [
  { id: 'pcsc', outcome: 'passed', code: null, detail: 'it answers' },
  { id: 'reader', outcome: 'failed', code: 'NO_READER', detail: 'there is neither a reader nor a security key' },
] as const;

describe('a support bundle', () => {
  let desk: Desk;
  let folder: string;
  let file: string;

  beforeEach(() => {
    desk = new Desk();
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-bundle-'));
    file = path.join(folder, 'bundle.json');
  });
  afterEach(() => {
    desk.remove();
    rmSync(folder, { recursive: true });
  });

  const bundle = (change: Partial<SupportBundle> = {}): SupportBundle => ({
    format: 'cardwright-support',
    version: 1,
    made: Date.parse('2026-11-26T10:00:00Z'),
    madeBy: 'extension',
    versions: { extension: '0.1.0', host: null },
    environment: { browser: 'Chromium 140' },
    checks: [...CHECKS],
    policy: { origins: ['https://cms.example'] },
    trace: null,
    log: ['{"event":"refused","code":"PIN_INCORRECT"}'],
    ...change,
  });

  /** Renders a bundle as printed on a terminal. */
  const printed = (value: SupportBundle): string => {
    const lines: string[] = [];
    printBundle(value, (line) => lines.push(printable(line)));
    return lines.join('\n');
  };

  it('holds findings, versions, policies and the end of the log, without the account name', async () => {
    desk.write('/etc/os-release', 'NAME=x\nPRETTY_NAME="Debian GNU/Linux 13"\n');
    desk.write('/etc/cardwright/host.json', '{"logLevel":"info","secret":"do not copy"}');
    desk.write(
      '/etc/opt/chrome/policies/managed/fleet.json',
      '{"NativeMessagingBlocklist":["*"],"Other":"do not copy"}',
    );
    desk.writeAtHome('.local/state/cardwright/host.log', '{"event":"refused"}\n');
    await writeBundle(file, [{ ...CHECKS[0], detail: `${desk.home}/x` }], desk.system);
    const text = readFileSync(file, 'utf8');
    const written = validate(supportBundle, JSON.parse(text));
    expect(written).toMatchObject({
      madeBy: 'host',
      environment: { distribution: 'Debian GNU/Linux 13' },
      checks: [{ detail: '~/x' }],
      log: ['{"event":"refused"}'],
    });
    expect(JSON.stringify(written.policy)).toContain('"isBlocked":true');
    expect(text).not.toContain(USER);
    expect(text).not.toContain('do not copy');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('does not overwrite an existing file', async () => {
    writeFileSync(file, 'precious');
    await expect(writeBundle(file, CHECKS, desk.system)).rejects.toThrow('exists already');
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it('is printed with the verdict first, then its reasons', () => {
    const text = printed(bundle());
    expect(text.split('\n')[0]).toBe('No card reader or security key is connected (NO_READER).');
    for (const part of [
      'FAIL',
      '[NO_READER]',
      'host not reached',
      'Chromium 140',
      'https://cms.example',
      'PIN_INCORRECT',
    ])
      expect(text).toContain(part);
  });

  it('is printed with the failed commands of each session, each once', () => {
    const traced = {
      at: 1_000,
      session: 's1',
      request: '7',
      length: 10,
      from: 'host',
      to: 'extension',
      kind: 'message',
    } as const;
    const wire = (name: string) => ({ code: 1, message: `The ${name}.`, data: { name } });
    const step = {
      outcomes: [
        { method: 'key.generate', result: {} },
        { method: 'certificate.write', error: wire('DEVICE_FULL') },
      ],
    };
    const text = printed(
      bundle({
        trace: {
          format: 'cardwright-trace',
          version: 1,
          saved: 0,
          extension: '0.1.0',
          dropped: 3,
          sessions: [{ id: 's1', origin: 'https://cms.example', started: 0, ended: null }],
          entries: [
            { ...traced, number: 1, type: 'error', method: 'pin.verify', content: wire('PIN_INCORRECT') },
            { ...traced, number: 2, type: 'error', method: 'pin.verify', content: wire('PIN_INCORRECT'), to: 'page' },
            { ...traced, number: 3, type: 'result', method: 'step.run', content: step },
            { ...traced, number: 4, type: 'result', method: 'device.list', content: {} },
          ],
        },
      }),
    );
    expect(text.match(/pin\.verify: PIN_INCORRECT/g)).toHaveLength(1);
    expect(text).toContain('step.run, certificate.write: DEVICE_FULL');
    expect(text).toContain('3 earlier messages were dropped');
  });

  it('is printed with the latest failures, and the very last one beside the verdict', () => {
    const at = Date.parse('2026-11-26T09:58:07.250Z');
    const text = printed(
      bundle({
        checks: [CHECKS[0]],
        failures: [
          { at, method: 'device.list', code: 'NO_READER' },
          { at: at + 1_000, method: 'key.attest', code: 'CARD_REMOVED' },
          { at: at + 2_000, method: 'key.later', code: 'OF_A_LATER_VERSION' },
        ],
      }),
    );
    expect(text.split('\n').slice(0, 2)).toEqual([
      'Everything works, from the browser to the card.',
      'The command that failed last: 2026-11-26T09:58:09  key.later: OF_A_LATER_VERSION',
    ]);
    expect(text).toContain('2026-11-26T09:58:07  device.list: NO_READER, No card reader or security key is connected.');
    expect(text).toMatch(/09:58:08 {2}key\.attest: CARD_REMOVED, ./);
  });

  it.each<[string, Partial<SupportBundle>]>([
    ['of an earlier version', {}],
    ['of a host', { madeBy: 'host' }],
    ['of a browser in which nothing failed', { failures: [] }],
  ])('is printed without failures if it is one %s', (_which, change) => {
    writeFileSync(file, JSON.stringify(bundle(change)));
    expect(printed(readBundle(file))).not.toMatch(/failed last|Last failures/);
  });

  it('can neither control a terminal nor imitate our lines', () => {
    const hostile = '\x1b]0;owned\x07\x1b[2J\u{9b}31m\nEverything works, from the browser to the card.\r\u{202e}';
    const traced = {
      number: 1,
      at: 8.64e15 + 1,
      session: hostile.slice(0, 64),
      request: null,
      length: 1,
      from: 'host',
      to: 'page',
    } as const;
    const text = printed(
      bundle({
        versions: { extension: hostile.slice(0, 40), host: null },
        environment: { [hostile.slice(0, 60)]: hostile },
        checks: [{ id: hostile.slice(0, 40), outcome: 'failed', code: hostile.slice(0, 60), detail: hostile }],
        policy: { [hostile]: hostile },
        log: [hostile],
        failures: [{ at: Number.MAX_VALUE, method: hostile.slice(0, 64), code: hostile.slice(0, 60) }],
        trace: {
          format: 'cardwright-trace',
          version: 1,
          saved: 0,
          extension: 'x',
          dropped: 0,
          sessions: [{ id: hostile.slice(0, 64), origin: hostile, started: Number.MAX_VALUE, ended: -1 }],
          entries: [
            {
              ...traced,
              kind: 'message',
              type: 'error',
              method: hostile.slice(0, 64),
              content: { code: 1, message: hostile, data: { name: hostile.slice(0, 60) } },
            },
          ],
        },
      }),
    );
    expect(
      Array.from(text.replaceAll('\n', '')).filter((one) => one < ' ' || (one >= '\u{7f}' && one <= '\u{9f}')),
    ).toEqual([]);
    expect(text).not.toContain('\u{202e}');
    expect(text.split('\n')).not.toContain('Everything works, from the browser to the card.');
  });

  it.each<[string, string, RegExp]>([
    ['is no JSON', '{', /is no JSON/],
    ['is another file', '{"format":"cardwright-trace"}', /is no support bundle of this version/],
    [
      'is of a later version',
      JSON.stringify({ ...bundleOf(), version: 2 }),
      /no support bundle of this version: version/,
    ],
    ['has what no bundle has', JSON.stringify({ ...bundleOf(), extra: 1 }), /extra/],
    [
      'says more of a failure than its code',
      JSON.stringify({ ...bundleOf(), failures: [{ pin: '1' }] }),
      /failures\.0/,
    ],
    ['nests without end', '['.repeat(200_000), /is no JSON/],
    [
      'nests too deeply',
      JSON.stringify({ ...bundleOf(), policy: { deep: 'HERE' } }).replace(
        '"HERE"',
        `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
      ),
      /nests too deeply/,
    ],
  ])('is refused when it %s', (_, content, words) => {
    writeFileSync(file, content);
    expect(() => readBundle(file)).toThrow(words);
  });

  it('is refused when it is missing, a folder or too large', () => {
    expect(() => readBundle(file)).toThrow('cannot be read');
    expect(() => readBundle(folder)).toThrow('is no file');
    writeFileSync(file, Buffer.alloc(3 * MAX_BUNDLE_LENGTH + 1, ' '));
    expect(() => readBundle(file)).toThrow('larger than any');
  });

  function bundleOf() {
    return {
      format: 'cardwright-support',
      version: 1,
      made: 0,
      madeBy: 'host',
      versions: { extension: null, host: null },
      environment: {},
      checks: [],
      policy: null,
      trace: null,
      log: [],
    };
  }
});
