import type {
  Action,
  DevicePolicy,
  FactorySecrets,
  ListedProposal,
  OwnerAction,
  PolicyOutcome,
  TrustChange,
} from '@cardwright/cms';
import { publicJwk, type PublicJwk } from '@cardwright/protocol';
import { Cms } from '@cardwright/sdk';
import * as v from 'valibot';
import type { InspectedCertificate } from '../server/attestation/vendor-certificates.js';
import type { ImportOutcome, ReviewedCertificate } from '../server/attestation/vendor-import.js';
import type { listAudit } from '../server/audit.js';
import type { DeviceDescription, OperatorDevice } from '../server/devices/device-description.js';
import type { OwnDevicesDescription } from '../server/devices/own-devices.js';
import type { OfferedService, OperatorPasskey } from '../server/devices/passkey-description.js';
import type { OperationTimeline as Timeline } from '../server/devices/operation-timeline.js';
import type { SupportSummary as Summary } from '../server/devices/support-summary.js';
import type { SupportFile as StoredFile } from '../server/store/support-files.js';
import type { DeviceSource } from '../server/services.js';

/**
 * What the pages ask of their own server. Its answers are of the server's own types, and it is the origin that served
 * these pages, so only their kind is checked here.
 */
const cms = new Cms('/api', { language: document.documentElement.lang });
const answerOf = <T extends object>() => v.custom<T>((value) => typeof value === 'object' && value !== null);

export interface User {
  readonly username: string;
  readonly displayName: string;
  readonly role: 'user' | 'operator';
}

export type MyDevices = OwnDevicesDescription & {
  /** Where people get a device, as the administrator says it. */
  readonly deviceSource: DeviceSource;
};

/** A device as its owner sees it. */
export type MyDevice = MyDevices['devices'][number];

export interface ModelPolicy {
  readonly model: string;
  readonly policy: DevicePolicy;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface Policies {
  readonly policies: readonly ModelPolicy[];
  /** The passkey services that a policy can name. */
  readonly passkeyServices: readonly OfferedService[];
  /** Changes of trust that wait for another operator than the one who proposed them. */
  readonly proposals: readonly Proposal[];
  /** Whether there is no other operator. */
  readonly isAlone: boolean;
}

/** Dispatched as `policies-read` by an element that learned what is there now. */
export type PoliciesRead = CustomEvent<Policies>;

/** What became of a change of a policy. */
export interface PolicyAnswer extends Policies, Pick<PolicyOutcome, 'changes'> {
  readonly outcome: PolicyOutcome['kind'];
}

/** As JSON carries it: a moment is an ISO 8601 text. */
type OnTheWire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly OnTheWire<Item>[]
    : T extends object
      ? { readonly [Name in keyof T]: OnTheWire<T[Name]> }
      : T;
export type Proposal = OnTheWire<ListedProposal> & { readonly isOwn: boolean };
export type OperationTimeline = OnTheWire<Timeline>;
export type TimelineItem = OperationTimeline['items'][number];
export type TimelineStep = Extract<TimelineItem, { readonly kind: 'step' }>;
export type TimelineCommand = TimelineStep['commands'][number];
export type SupportFile = OnTheWire<StoredFile>;
export type SupportSummary = OnTheWire<Summary>;

export type AuditRow = Omit<Awaited<ReturnType<typeof listAudit>>[number], 'at'> & { readonly at: string };
export type {
  Action,
  DeviceDescription,
  DevicePolicy,
  FactorySecrets,
  ImportOutcome,
  InspectedCertificate,
  OfferedService,
  OperatorDevice,
  OperatorPasskey,
  ReviewedCertificate,
  OwnerAction,
  TrustChange,
};

const session = answerOf<{ user: User | null }>();
/** `passkeys`: whether a passkey can be used instead of a password. */
const currentSession = answerOf<{ user: User | null; passkeys: boolean }>();
const passkeyOptions = answerOf<{ options: PublicKeyCredentialRequestOptionsJSON & { timeout: number } }>();
const policies = answerOf<Policies>();
const signedDisplay = v.object({ jws: v.string() });

export const readSession = () => cms.request('session', currentSession);
export const login = (username: string, password: string) =>
  cms.request('session', session, { method: 'POST', body: { username, password } });
/** What a passkey has to sign. It is good for one login in this browser, or for one proof by whoever is logged in. */
export const beginPasskeyLogin = () =>
  cms.request('session/passkey/options', passkeyOptions, { method: 'POST', body: {} });
export const loginWithPasskey = (credential: object) =>
  cms.request('session/passkey', session, { method: 'POST', body: { credential } });
/** Someone who is logged in proves again who they are. @throws CardwrightError `PASSWORD_INCORRECT`, `RATE_LIMITED` */
export const proveByPassword = (password: string) =>
  cms.request('session/proof', session, { method: 'POST', body: { password } });
/** The same with what `beginPasskeyLogin` asked for. @throws CardwrightError `PASSKEY_LOGIN_REFUSED`, `RATE_LIMITED` */
export const proveByPasskey = (credential: object) =>
  cms.request('session/proof/passkey', session, { method: 'POST', body: { credential } });
export const logout = () => cms.request('session', session, { method: 'DELETE', body: {} });

export const readMyDevices = () => cms.request('devices', answerOf<MyDevices>());

/** Releases a failed device, so that its card can be erased and issued again. */
export const startAgain = (id: string) =>
  cms.request(`devices/${id}/start-again`, answerOf<object>(), { method: 'POST', body: {} });

/** Ends a mobile device, and revokes its certificates. */
export const deleteMobile = (id: string) =>
  cms.request(`mobile/devices/${id}`, answerOf<object>(), { method: 'DELETE', body: {} });

/** What an operator looks for. For the owner and the serial number the beginning is enough. */
export interface DeviceQuery {
  readonly state?: DeviceDescription['state'];
  readonly model?: string;
  readonly owner?: string;
  readonly serial?: string;
  /** Whether it waits for this operator's approval. */
  readonly waiting?: 'yes' | 'no';
  /** `next` of the page before. */
  readonly after?: string;
}

export interface DevicePage {
  readonly devices: readonly OperatorDevice[];
  /** Null on the last page. */
  readonly next: string | null;
  /** Whether more people have such a name than are looked for. */
  readonly hasMoreOwners: boolean;
}

export const readDevicePage = (query: DeviceQuery) =>
  cms.request(`operator/devices?${new URLSearchParams({ ...query }).toString()}`, answerOf<DevicePage>());
/** Does something to a device as it is shown. @throws CardwrightError `DEVICE_CHANGED` where it is not like that any more */
export const actOnDevice = (
  { id, version }: Pick<OperatorDevice, 'id' | 'version'>,
  action: Action['name'],
  reason: string | null,
) =>
  cms.request(`operator/devices/${id}/${action}`, answerOf<object>(), {
    method: 'POST',
    body: { seen: version, ...(reason === null ? {} : { reason }) },
  });
/** A one-time code for a new PIN. */
export interface IssuedCode {
  /** Eight digits. */
  readonly code: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}
/** Has a one-time code issued for a device as it is shown. @throws CardwrightError `DEVICE_CHANGED` where it is not like that any more */
export const issueUnlockCode = ({ id, version }: Pick<OperatorDevice, 'id' | 'version'>) =>
  cms.request(`operator/devices/${id}/unlock-code`, answerOf<IssuedCode>(), {
    method: 'POST',
    body: { seen: version },
  });
export const requestInitialPin = (id: string, password: string, window: { display: string; key: PublicJwk }) =>
  cms.request(`operator/devices/${id}/initial-pin`, signedDisplay, {
    method: 'POST',
    body: { password, display: window.display, key: v.parse(publicJwk, window.key) },
  });

export const readPolicies = () => cms.request('operator/policy', policies);
/** @param password the operator's, where the change needs it */
export const savePolicy = (
  { model, policy, factory }: { model: string; policy: DevicePolicy; factory: FactorySecrets | null },
  password?: string,
) =>
  cms.request('operator/policy', answerOf<PolicyAnswer>(), {
    method: 'PUT',
    body: { model, policy, ...(factory === null ? {} : { factory }), ...(password === undefined ? {} : { password }) },
  });
const proposal = (id: string, what: 'confirm' | 'withdraw'): string => `operator/policy/proposals/${id}/${what}`;
export const confirmProposal = (id: string, password: string) =>
  cms.request(proposal(id, 'confirm'), policies, { method: 'POST', body: { password } });
export const withdrawProposal = (id: string) =>
  cms.request(proposal(id, 'withdraw'), policies, { method: 'POST', body: {} });

interface Present {
  readonly present: readonly InspectedCertificate[];
}
const VENDOR_CERTIFICATES = 'operator/vendor-certificates';

export const readVendorCertificates = (model: string) =>
  cms.request(`${VENDOR_CERTIFICATES}?model=${encodeURIComponent(model)}`, answerOf<Present>());
/** @param password the operator's, where the import needs it */
export const importVendorCertificates = (
  order: { model: string; pem: string; trustUnknown: boolean },
  password?: string,
) =>
  cms.request(VENDOR_CERTIFICATES, answerOf<ImportOutcome & Present & Pick<Policies, 'isAlone'>>(), {
    method: 'POST',
    body: password === undefined ? order : { ...order, password },
  });
export const removeVendorCertificate = (model: string, fingerprint: string) =>
  cms.request(VENDOR_CERTIFICATES, answerOf<Present>(), { method: 'DELETE', body: { model, fingerprint } });

export interface AuditPage {
  readonly entries: readonly AuditRow[];
  /** Null on the last page. */
  readonly next: number | null;
}

/** @param before `next` of the page before; null for the first */
export const readAudit = (before: number | null) =>
  cms.request(`operator/audit${before === null ? '' : `?before=${before}`}`, answerOf<AuditPage>());

/** All that an operator sees of one device. */
export interface DevicePageContent {
  readonly device: OperatorDevice;
  /** Those that its services still have, the oldest first. */
  readonly passkeys: readonly OperatorPasskey[];
  /** Newest first. */
  readonly operations: readonly OperationTimeline[];
  /** Whether there are older ones. */
  readonly hasMore: boolean;
  /** What the audit log says of it besides. */
  readonly history: readonly AuditRow[];
  readonly files: readonly SupportFile[];
}

export const readDevice = (id: string) =>
  cms.request(`operator/devices/${encodeURIComponent(id)}`, answerOf<DevicePageContent>());
export const readOperation = (id: string) =>
  cms.request(`operator/operations/${encodeURIComponent(id)}`, answerOf<{ operation: OperationTimeline }>());

const supportFiles = (device: string): string => `operator/devices/${device}/support-files`;

export const addSupportFile = (device: string, bundle: object) =>
  cms.request(supportFiles(device), answerOf<object>(), { method: 'POST', body: bundle });
export const listSupportFiles = async (device: string) => (await readDevice(device)).files;
export const readSupportSummary = (device: string, file: string) =>
  cms.request(`${supportFiles(device)}/${file}`, answerOf<SupportSummary>());
export const removeSupportFile = (device: string, file: string) =>
  cms.request(`${supportFiles(device)}/${file}`, answerOf<object>(), { method: 'DELETE', body: {} });
/** Where the browser downloads a file. */
export const supportFileAddress = (device: string, file: string): string =>
  `/api/${supportFiles(device)}/${file}/download`;
