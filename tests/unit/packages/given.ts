/**
 * Declares the values that examples in doc comments take as given, so that each example is short. A name says what its value is. Examples
 * need no import for public names of the packages either.
 */
import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Cms } from '@cardwright/cms';
import type { CertificateOrder, CertificationAuthority } from '@cardwright/cms/authority';
import type { KeyRing } from '@cardwright/cms/keys';
import type { OperationContext, Step } from '@cardwright/cms/operations';
import type { DevicePolicy, FactorySecrets } from '@cardwright/cms/policies';
import type {
  Certificate,
  Device,
  DeviceRecord,
  Escrow,
  Passkey,
  Person,
  PolicyRow,
  Store,
} from '@cardwright/cms/store';
import type { StoreStage } from '@cardwright/cms/store-suite';
import type { Result } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { Request } from '@cardwright/protocol/messages';
import type { CreationOptions, RegistrationResponse } from '@cardwright/protocol/passkeys';
import type { PublicJwk, PublicJwkSet } from '@cardwright/protocol/schemas';
import type { SealContext } from '@cardwright/protocol/sealing';
import type { StepPayload } from '@cardwright/protocol/steps';
import type { TraceEntry } from '@cardwright/protocol/trace';
import type { Client } from '@cardwright/sdk';

/** Messages, and what they carry. */
export declare const message: Request;
export declare const result: unknown;
export declare const error: unknown;
/** JSON. */
export declare const answer: string;
export declare const entries: readonly TraceEntry[];

/** Values in a page. */
export declare const client: Client;
export declare const button: HTMLButtonElement;
export declare const devices: readonly DeviceInfo[];
/** Id of a device that the user has chosen. */
export declare const chosen: string;

/** Keys and what is made with them. Bytes are base64url where they are text. */
export declare const hostKey: PublicJwk;
export declare const cmsKeys: PublicJwkSet;
export declare const privateKey: CryptoKey;
export declare const publicKey: KeyObject;
export declare const signature: Uint8Array;
export declare const challenge: string;
export declare const jwe: string;
export declare const jws: string;
export declare const sealContext: SealContext;
export declare const payload: StepPayload;
export declare const prepared: Result<'secret.prepareDisplay'>;

/** Certificates and public keys: DER, and one of them as PEM. */
export declare const der: Uint8Array;
export declare const f9: Uint8Array;
export declare const spki: Uint8Array;
export declare const pem: string;

/** Values in a server. */
export declare const cms: Cms;
export declare const store: Store;
export declare const authority: CertificationAuthority;
export declare const keys: KeyRing;
export declare const request: IncomingMessage;
export declare const url: URL;
export declare const stage: StoreStage;

/** Rows, people and policies. */
export declare const id: string;
export declare const person: Person;
export declare const operator: Person;
export declare const device: Device;
export declare const record: DeviceRecord;
export declare const escrow: Escrow;
export declare const certificate: Certificate;
export declare const certificates: readonly Certificate[];
export declare const passkeys: readonly Passkey[];
export declare const row: PolicyRow;
export declare const policy: DevicePolicy;
export declare const factory: FactorySecrets;
/** Version of the device that the operator saw. */
export declare const seen: string;

/** Values in an operation. */
export declare const context: OperationContext;
export declare const info: DeviceInfo;
export declare const step: Step;
export declare const order: CertificateOrder;
export declare const witness: string;
export declare const cardResponse: string;
export declare const sealed: string;
export declare const options: CreationOptions;
export declare const registration: RegistrationResponse;
