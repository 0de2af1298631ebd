import type { SupportBundle, TraceEntry } from '@cardwright/protocol/trace';

const AT = Date.UTC(2026, 10, 25, 10, 0, 0);

const message = (number: number, about: Partial<Extract<TraceEntry, { kind: 'message' }>>): TraceEntry => ({
  kind: 'message',
  number,
  at: AT + number,
  session: 'one',
  request: '1',
  from: 'extension',
  to: 'page',
  type: 'result',
  method: 'device.list',
  content: {},
  length: 100,
  ...about,
});
const wire = (name: string) => ({ code: 1, message: 'It failed.', data: { name } });

/** Creates a support bundle with a failed check, two failed commands, and their trace: a request and a command of a step. */
export const newBundle = (about: Partial<SupportBundle> = {}): SupportBundle => ({
  format: 'cardwright-support',
  version: 1,
  made: AT,
  madeBy: 'extension',
  versions: { extension: '0.1.0', host: '0.1.0' },
  environment: { browser: 'Chromium 140', system: 'Linux x86_64' },
  checks: [
    { id: 'host', outcome: 'passed', code: null, detail: 'Version 0.1.0 answers.' },
    { id: 'pcsc', outcome: 'failed', code: 'PCSC_UNAVAILABLE', detail: 'SCardEstablishContext: 0x8010001D' },
    { id: 'reader', outcome: 'skipped', code: null, detail: 'There is no smart card service.' },
  ],
  policy: { sites: [{ origin: 'https://cms.example', classes: ['read', 'use', 'manage'] }] },
  failures: [
    { at: AT + 3, method: 'device.list', code: 'PCSC_UNAVAILABLE' },
    { at: AT + 4, method: 'key.generate', code: 'CARD_REMOVED' },
  ],
  trace: {
    format: 'cardwright-trace',
    version: 1,
    saved: AT,
    extension: '0.1.0',
    dropped: 2,
    sessions: [{ id: 'one', origin: 'https://cms.example', started: AT, ended: null }],
    entries: [
      message(1, { type: 'request', from: 'page', to: 'extension' }),
      // The error on its way from the host; the same error follows to the page.
      message(2, { type: 'error', from: 'host', to: 'extension', content: wire('PCSC_UNAVAILABLE') }),
      message(3, { type: 'error', content: wire('PCSC_UNAVAILABLE') }),
      message(4, {
        method: 'step.run',
        content: { outcomes: [{ method: 'key.generate', error: wire('CARD_REMOVED') }] },
      }),
    ],
  },
  log: ['2026-11-25T10:00:00.000Z warn pcsc the service went away'],
  ...about,
});

/** A text that would act if it were not treated as text. */
export const HOSTILE = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';

/** Creates a bundle in which every text is hostile. */
export const hostileBundle = (): SupportBundle =>
  newBundle({
    versions: { extension: HOSTILE.slice(0, 40), host: HOSTILE.slice(0, 40) },
    environment: { [HOSTILE.slice(0, 60)]: HOSTILE },
    checks: [{ id: HOSTILE.slice(0, 40), outcome: 'failed', code: HOSTILE.slice(0, 60), detail: HOSTILE }],
    policy: { [HOSTILE]: HOSTILE },
    failures: [{ at: 8.64e15 + 1, method: HOSTILE.slice(0, 64), code: HOSTILE.slice(0, 60) }],
    log: [HOSTILE],
  });
