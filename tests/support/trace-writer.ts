import type { ApduExchange, TracedMessage, TracedSession, TraceEntry, TracePart } from '@cardwright/protocol/trace';

/** The beginning of the tests' traces, in milliseconds since 1970. */
export const TRACE_START = Date.UTC(2026, 4, 4, 9, 30);

type MessageType = TracedMessage['type'];

/** Writes trace entries as the background does, with a clock that the test moves. */
export class TraceWriter {
  readonly entries: TraceEntry[] = [];
  #now = TRACE_START;

  constructor(
    readonly session: string,
    private number = 0,
  ) {}

  /** Moves the clock forward by milliseconds. */
  wait(milliseconds: number): this {
    this.#now += milliseconds;
    return this;
  }

  message(
    type: MessageType,
    [from, to]: readonly [TracePart, TracePart],
    method: string,
    content: unknown,
    request: string | null,
  ): this {
    this.entries.push({
      kind: 'message',
      ...this.#head(request),
      from,
      to,
      type,
      method,
      content,
      length: JSON.stringify(content).length,
    });
    return this;
  }

  apdu(request: string | null, method: string, exchange: Partial<ApduExchange>): this {
    const { duration = 4, data = '', response = '' } = exchange;
    this.#now += duration;
    this.entries.push({
      kind: 'apdu',
      ...this.#head(request),
      exchange: {
        method,
        reader: 'Virtual PCD 00 00',
        instruction: 'GET DATA',
        cla: 0,
        ins: 0xcb,
        p1: 0x3f,
        p2: 0xff,
        dataLength: (data ?? '').length / 2,
        le: 256,
        responseLength: (response ?? '').length / 2,
        statusWord: 0x9000,
        meaning: 'success',
        duration,
        ...exchange,
        data,
        response,
      },
    });
    return this;
  }

  /** Writes a page's command through extension and host and back, with the host's events between. */
  command(
    request: string,
    method: string,
    params: unknown,
    answer: { readonly result: unknown } | { readonly error: unknown },
    atHost: (writer: TraceWriter) => void = () => undefined,
  ): this {
    const [type, content] =
      'error' in answer ? (['error', answer.error] as const) : (['result', answer.result] as const);
    this.message('request', ['page', 'extension'], method, params, request).wait(1);
    this.message('request', ['extension', 'host'], method, params, request).wait(1);
    atHost(this);
    this.wait(2).message(type, ['host', 'extension'], method, content, request);
    return this.wait(1).message(type, ['extension', 'page'], method, content, request);
  }

  #head(request: string | null): Pick<TraceEntry, 'number' | 'at' | 'session' | 'request'> {
    this.number += 1;
    return { number: this.number, at: this.#now, session: this.session, request };
  }
}

/** Creates a session of a trace. */
export const tracedSessionOf = (id: string, changes: Partial<TracedSession> = {}): TracedSession => ({
  id,
  origin: 'https://portal.example',
  started: TRACE_START,
  ended: null,
  ...changes,
});

/** Creates an error on the wire. */
export const wireErrorOf = (name: string, code: number, details: Record<string, unknown> = {}) => ({
  code,
  message: name,
  data: { name, details },
});

/** A self-signed P-256 certificate, made with OpenSSL only for these tests. */
export const CERTIFICATE =
  '30820209308201afa00302010202051a2b3c4d5e300a06082a8648ce3d040302303d310b300906035504061302444531163014060355040a0c0d4578616d706c6520576f726b733116301406035504030c0d416c696365204578616d706c65301e170d3236313132363034333630355a170d3336313132333034333630355a303d310b300906035504061302444531163014060355040a0c0d4578616d706c6520576f726b733116301406035504030c0d416c696365204578616d706c653059301306072a8648ce3d020106082a8648ce3d03010703420004caceb4934699db9db801d5ed38c8bb619198d83f36f6e110e28f985674482071594bbc457e28c8cd5496c49afe9db5b9d9a3db11716a2e914dc348746f5dd776a3819b308198301d0603551d0e0416041421c36c7cca56efa73853d0267d15fbf9a66d58f1301f0603551d2304183016801421c36c7cca56efa73853d0267d15fbf9a66d58f1300f0603551d130101ff040530030101ff30450603551d11043e303c8114616c69636540706f7274616c2e6578616d706c65a024060a2b060104018237140203a0160c14616c69636540706f7274616c2e6578616d706c65300a06082a8648ce3d0403020348003045022100e8f23d33c5a0f58fcb2e2b12e73ba1e32c2cd7f33743ff61655c5d1e95b4468d022041c76621eafa0e20e1a0185152e4c09da9e4654def1ad9fcec246ca7e3d9b0ad';

/** Writes an issuance as a portal runs it; with `fails` the PIN is refused in the last step. */
export function issuance(session: string, { fails = false, first = 0 } = {}): TraceEntry[] {
  const writer = new TraceWriter(session, first);
  const progress = (request: string, method: string, index: number, count: number): void => {
    for (const hop of [
      ['host', 'extension'],
      ['extension', 'page'],
    ] as const) {
      writer.message('notification', hop, '$/progress', { id: 3, kind: 'command', method, index, count }, request);
    }
  };
  writer
    .message(
      'request',
      ['page', 'extension'],
      'initialize',
      { protocol: { min: { major: 1, minor: 0 }, max: { major: 1, minor: 0 } }, sdk: '0.1.0' },
      '1',
    )
    .wait(180)
    .message(
      'result',
      ['extension', 'page'],
      'initialize',
      { capabilities: ['piv', 'step'], granted: ['read', 'use', 'manage'] },
      '1',
    )
    .wait(40)
    .command('2', 'device.list', {}, { result: { devices: [] } })
    .apdu(null, '', {
      instruction: 'SELECT',
      ins: 0xa4,
      p1: 4,
      p2: 0,
      data: 'a000000308000010000100',
      response: `61114f0600001000010079074f05a000000308`,
    })
    .wait(900)
    .command(
      '3',
      'step.run',
      { jws: '[redacted]' },
      { result: { outcomes: [{ method: 'key.generate', result: {} }] } },
      () => {
        progress('3', 'key.generate', 0, 2);
        writer.apdu('3', 'key.generate', {
          instruction: 'GENERATE ASYMMETRIC KEY PAIR',
          ins: 0x47,
          p1: 0,
          p2: 0x9a,
          data: 'ac03800111',
          response: `7f49438641${'04'.repeat(65)}`,
          duration: 310,
        });
        progress('3', 'certificate.write', 1, 2);
        writer.apdu('3', 'certificate.write', {
          instruction: 'PUT DATA',
          ins: 0xdb,
          data: putCertificate(),
          duration: 42,
        });
      },
    )
    .wait(1_500)
    .command(
      '4',
      'certificate.read',
      { slot: '9A' },
      { result: { certificate: Buffer.from(CERTIFICATE, 'hex').toString('base64url') } },
      () =>
        writer.apdu('4', 'certificate.read', {
          data: '5c035fc105',
          response: putCertificate().slice(10),
          duration: 21,
        }),
    )
    .wait(60)
    .command(
      '5',
      'step.run',
      { jws: '[redacted]' },
      {
        result: {
          outcomes: [
            fails
              ? { method: 'pin.verify', error: wireErrorOf('PIN_INCORRECT', 6001, { retriesLeft: 2 }) }
              : { method: 'pin.verify', result: {} },
          ],
        },
      },
      () => {
        progress('5', 'pin.verify', 0, 1);
        writer.message('request', ['host', 'extension'], 'user.enterSecrets', { secrets: ['pin'] }, '5').wait(2_400);
        writer.message('result', ['extension', 'host'], 'user.enterSecrets', { sealed: { pin: '[redacted]' } }, '5');
        writer.apdu('5', 'pin.verify', {
          instruction: 'VERIFY',
          ins: 0x20,
          p1: 0,
          p2: 0x80,
          data: null,
          dataLength: 8,
          le: null,
          statusWord: fails ? 0x63c2 : 0x9000,
          meaning: fails ? '2 tries left' : 'success',
          duration: 12,
        });
      },
    );
  return writer.entries;
}

/** Builds the data of PUT DATA with slot 9A's certificate (SP 800-73-4 Part 2, 3.3.2). */
function putCertificate(): string {
  const inner = tlv('70', CERTIFICATE) + '710100' + 'fe00';
  return `5c035fc105${tlv('53', inner)}`;
}

function tlv(tag: string, value: string): string {
  const length = value.length / 2;
  const digits = length < 0x80 ? length.toString(16).padStart(2, '0') : `82${length.toString(16).padStart(4, '0')}`;
  return tag + digits + value;
}
