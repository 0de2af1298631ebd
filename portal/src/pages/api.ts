import { CmsClient } from '@cardwright/sdk';
import * as v from 'valibot';
import type { Routes } from '../features/list.js';
import type { Parts } from '../server/routes/table/route.js';

/** Address of a route below /api that answers JSON, such as `GET /api/devices`. */
export type Call = Extract<
  { [A in keyof Routes]: unknown extends v.InferOutput<Routes[A]['answer']> ? never : A }[keyof Routes],
  `${string} /api/${string}`
>;

export type InputOf<A extends Call> = v.InferInput<Routes[A]['takes']>;

/** The type that a value has after it was sent as JSON: a `Date` becomes a text in ISO 8601. */
type OnTheWire<T> = T extends Date
  ? string
  : T extends string
    ? T
    : T extends object
      ? { [Name in keyof T]: OnTheWire<T[Name]> }
      : T;

export type AnswerOf<A extends Call> = OnTheWire<v.InferOutput<Routes[A]['answer']>>;

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const;
const cms = new CmsClient('/api', { language: document.documentElement.lang });

/**
 * Calls a route of the portal's own server. At run time, only checks that the answer is an object: the compiler has checked the server's handler
 * against the type of the answer, and this page came from the same server.
 *
 * @example
 * const { devices } = await call('GET /api/operator/devices', { query: { owner: 'Alice' } });
 *
 * @throws CardwrightError the error in the answer, or an error of `CmsClient.request`
 */
export function call<A extends Call>(
  address: A,
  ...[input]: keyof InputOf<A> extends never ? [] : [InputOf<A>]
): Promise<AnswerOf<A>> {
  const { query, body = {} }: Parts = input ?? {};
  const search = new URLSearchParams(query).toString();
  const path = `${pathOf(address, input).slice('/api/'.length)}${search === '' ? '' : `?${search}`}`;
  const answer = v.custom<AnswerOf<A>>((value) => typeof value === 'object' && value !== null);
  const method = METHODS.find((one) => address.startsWith(`${one} `)) ?? 'GET';
  return cms.request(path, answer, method === 'GET' ? {} : { method, body });
}

/** Returns the path of a route, for a link or a request. */
export const pathOf = (address: keyof Routes, { parameters = {} }: Parts = {}): string =>
  address
    .slice(address.indexOf('/'))
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));

export type { FactorySecrets } from '@cardwright/cms/policies';
export type { DeviceDescription } from '../server/devices/device-description.js';

export type User = NonNullable<AnswerOf<'GET /api/session'>['user']>;

export type MyDevices = AnswerOf<'GET /api/devices'>;
/** A device as its owner sees it. */
export type MyDevice = MyDevices['devices'][number];
export type OwnerAction = MyDevice['ownerActions'][number];
/** An operation that can be offered on devices, with the label of its button. */
export type OfferedOperation = MyDevices['operations'][number];

/** Query of the operator's list of devices: the filter, and the device after which a page of the list begins. */
export type DeviceQuery = InputOf<'GET /api/operator/devices'>['query'];
export type DevicePage = AnswerOf<'GET /api/operator/devices'>;
export type OperatorDevice = DevicePage['devices'][number];
export type DifferingDevices = AnswerOf<'GET /api/operator/differences'>;
/** A device that differs from the policy of its model. */
export type DifferingDevice = DifferingDevices['devices'][number];
/** An action that the logged-in operator can perform on a device in its present state. */
export type Action = OperatorDevice['actions'][number];
/** A one-time code for a new PIN. */
export type IssuedCode = AnswerOf<'POST /api/operator/devices/{id}/unlock-code'>;

/** The content of the operator's page of one person. */
export type PersonPageContent = AnswerOf<'GET /api/operator/people/{id}'>;

/** The roles and groups of one person. */
export type PersonRoles = AnswerOf<'GET /api/operator/people/{id}/roles'>;

/** The content of the operator's page of one device. */
export type DevicePageContent = AnswerOf<'GET /api/operator/devices/{id}'>;
export type OperatorPasskey = DevicePageContent['passkeys'][number];
export type OperationTimeline = DevicePageContent['operations'][number];
export type TimelineItem = OperationTimeline['items'][number];
export type TimelineStep = Extract<TimelineItem, { readonly kind: 'step' }>;
export type TimelineCommand = TimelineStep['commands'][number];

/** An open session in a list. */
export type ShownSession = AnswerOf<'GET /api/account/sessions'>['sessions'][number];
/** A passkey that a person has registered for signing in. */
export type SignInPasskey = AnswerOf<'GET /api/account/passkeys'>['passkeys'][number];
export type OwnAccessPage = AnswerOf<'GET /api/account/access'>;
/** What the audit log says of the own account. */
export type OwnAccess = OwnAccessPage['entries'][number];

/** Query of the audit log: the filter, and the entry before which a page of the list begins. */
export type AuditQuery = InputOf<'GET /api/operator/audit'>['query'];
/** A local account, and the outcome of a change of one. */
export type ExpiryDate = AnswerOf<'GET /api/operator/expiry-dates'>['expiryDates'][number];

export type Account = AnswerOf<'GET /api/operator/accounts'>['accounts'][number];
export type AccountOutcome = AnswerOf<'POST /api/operator/accounts'>;

export type AuditPage = AnswerOf<'GET /api/operator/audit'>;
/** An entry of the audit log in a list, with the account that it is about. */
export type ShownEntry = AuditPage['entries'][number];
export type AuditRow = DevicePageContent['history'][number];

export type Policies = AnswerOf<'GET /api/operator/policy'>;
/** Event `policies-read`, which an element dispatches after it has read the current policies. */
export type PoliciesRead = CustomEvent<Policies>;
export type ModelPolicy = Policies['policies'][number];
export type OfferedService = Policies['passkeyServices'][number];
export type Proposal = Policies['proposals'][number];
/** The outcome of a change of a policy. */
export type PolicyAnswer = AnswerOf<'PUT /api/operator/policy'>;
export type TrustChange = PolicyAnswer['changes'][number];
export type DevicePolicy = ModelPolicy['policy'];

/** The outcome of an import of a vendor's certificates. */
export type ImportOutcome = AnswerOf<'POST /api/operator/vendor-certificates'>;
export type ReviewedCertificate = ImportOutcome['certificates'][number];
/** A certificate that a policy trusts, with the number of devices that rely on it. */
export type PresentCertificate = ImportOutcome['present'][number];
export type InspectedCertificate = Omit<PresentCertificate, 'devices'>;
