import { randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { ScepServer, type ScepAnswer } from '../../../portal/src/server/mobile/scep/scep-server.js';
import { MemoryRegistrar } from './memory-registrar.js';
import {
  certificationRequest,
  envelope,
  OID,
  pkiMessage,
  selfSigned,
  textAttribute,
  type MessageParts,
} from './scripted-client.js';
import type { TestAuthority } from './test-authority.js';

/** The server's reply to a client: the status, or the failure. */
export type Told =
  | 'success'
  | 'pending'
  | 'badAlg'
  | 'badMessageCheck'
  | 'badRequest'
  | 'badTime'
  | 'badCertId'
  | number;

const STATUS: Readonly<Record<string, Told>> = { '0': 'success', '3': 'pending' };
const FAIL_INFO: readonly Told[] = ['badAlg', 'badMessageCheck', 'badRequest', 'badTime', 'badCertId'];

/** Reads an answer; returns the HTTP status if it is not a SCEP message. */
export function toldBy({ status, body }: ScepAnswer): Told {
  if (status !== 200) return status;
  const pkiStatus = textAttribute(body, OID.pkiStatus) ?? '';
  return STATUS[pkiStatus] ?? FAIL_INFO[Number(textAttribute(body, OID.failInfo))] ?? 0;
}

/** One enrolment at a server with a memory registrar, and a client that can deviate in each part of its message. */
export class ScepEnrolment {
  readonly place = 'enrolment-1';
  readonly challenge = randomUUID();
  readonly transactionId = randomBytes(20).toString('hex');
  readonly registrar: MemoryRegistrar;
  readonly server: ScepServer;

  constructor(
    readonly authority: TestAuthority,
    readonly key: KeyObject,
    options: { readonly confirmed?: boolean; readonly now?: () => number } = {},
  ) {
    const { confirmed = true, now = Date.now } = options;
    this.registrar = new MemoryRegistrar(authority, this.challenge, { confirmed });
    this.server = new ScepServer({ authority: () => Promise.resolve(authority.scep), registrar: this.registrar, now });
  }

  /** Builds a PKCSReq, valid by default. */
  request(parts: Partial<MessageParts> = {}): Uint8Array {
    const key = parts.key ?? this.key;
    return pkiMessage({
      messageType: '19',
      transactionId: this.transactionId,
      key,
      certificate: selfSigned(key),
      content: this.sealed(certificationRequest(this.key, { challenges: [this.challenge] })),
      ...parts,
    });
  }

  /** Encrypts content to the registration authority. */
  sealed(content: Uint8Array, options?: Parameters<typeof envelope>[2]): Uint8Array {
    return envelope(content, this.authority.scep.registration.certificate, options);
  }

  post(message: Uint8Array): Promise<ScepAnswer> {
    return this.server.answer(this.place, { operation: 'PKIOperation' }, 'POST', message);
  }

  async tell(message: Uint8Array): Promise<Told> {
    return toldBy(await this.post(message));
  }
}
