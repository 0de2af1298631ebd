import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { parsePem } from '../attestation/parsed-pem.js';
import type { DevicePolicy, FactorySecrets } from './device-policy.js';

/** The policy of a model, with its factory values. */
export interface PolicyState {
  readonly policy: DevicePolicy;
  readonly factory: FactorySecrets;
}

/** A change of trust, in words for operators and the audit log. It contains no secret. */
export interface TrustChange {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  /** More devices are trusted afterwards, or other secrets apply. One operator's word is then not enough. */
  readonly widens: boolean;
}

const UNPROVEN: Readonly<Record<DevicePolicy['unprovenKeys'], string>> = {
  refuse: 'refused',
  supervised: 'on hold until an operator approves them',
  allow: 'issued like any other',
};
/** Ordered from the strictest. */
const LAXITY: readonly DevicePolicy['unprovenKeys'][] = ['refuse', 'supervised', 'allow'];
const NOT_TRUSTED = 'not trusted';
const NONE = 'none';

/**
 * Describes how a change of a policy affects trust. Stricter settings are listed too, but do not widen it.
 *
 * @param before undefined if the model is not issued yet: that trusts nothing
 */
export function trustChanges(before: PolicyState | undefined, after: PolicyState): TrustChange[] {
  return [
    ...(before ? [] : [{ what: 'Model', before: 'not issued', after: after.policy.modelName, widens: true }]),
    ...unprovenChange(before?.policy, after.policy),
    ...passkeyChange(before?.policy, after.policy),
    ...codeChange(before?.policy, after.policy),
    ...certificateChanges(ROOT, before?.policy.attestationRoots, after.policy.attestationRoots),
    ...certificateChanges(INTERMEDIATE, before?.policy.attestationIntermediates, after.policy.attestationIntermediates),
    ...factoryChanges(before?.factory, after.factory),
  ];
}

/** True if the changes take more than one operator's word. */
export const isWidened = (changes: readonly TrustChange[]): boolean => changes.some(({ widens }) => widens);

/** Joins the changes in one line. */
export const inOneLine = (changes: readonly TrustChange[]): string =>
  changes.map(({ what, before, after }) => `${what}: ${before} → ${after}`).join('; ');

/** Settings that `trustChanges` describes. */
const TOLD: ReadonlySet<string> = new Set<keyof DevicePolicy>([
  'unprovenKeys',
  'unlockNeedsCode',
  'attestationRoots',
  'attestationIntermediates',
]);

/** Names of the other settings that differ, in one line. */
export function changedSettings(before: DevicePolicy | undefined, after: DevicePolicy): string {
  const had: Readonly<Record<string, unknown>> = { ...before };
  const has: Readonly<Record<string, unknown>> = { ...after };
  const names = [...new Set([...Object.keys(had), ...Object.keys(has)])];
  return names.filter((name) => !TOLD.has(name) && !isDeepStrictEqual(had[name], has[name])).join(', ');
}

function unprovenChange(
  { unprovenKeys: before }: Pick<DevicePolicy, 'unprovenKeys'> = { unprovenKeys: 'refuse' },
  { unprovenKeys: after }: DevicePolicy,
): TrustChange[] {
  if (before === after) return [];
  const widens = LAXITY.indexOf(after) > LAXITY.indexOf(before);
  return [{ what: 'Devices that no vendor vouches for', before: UNPROVEN[before], after: UNPROVEN[after], widens }];
}

function passkeyChange(before: DevicePolicy | undefined, after: DevicePolicy): TrustChange[] {
  const accepts = { before: acceptsUnproved(before), after: acceptsUnproved(after) };
  if (accepts.before === accepts.after) return [];
  const words = (isAccepted: boolean): string => (isAccepted ? 'accepted' : 'refused');
  return [
    {
      what: 'Passkeys that are not proved to be on the device',
      before: words(accepts.before),
      after: words(accepts.after),
      widens: accepts.after,
    },
  ];
}

const acceptsUnproved = (policy: DevicePolicy | undefined): boolean => policy?.passkeys?.unproved === 'accept';

/** Removing the code widens trust: anyone with a login and its card then gets a new PIN. */
function codeChange(before: DevicePolicy | undefined, after: DevicePolicy): TrustChange[] {
  const needed = { before: before?.unlockNeedsCode ?? false, after: after.unlockNeedsCode };
  if (needed.before === needed.after) return [];
  const words = (isNeeded: boolean): string => (isNeeded ? 'needs a one-time code of an operator' : 'needs no code');
  return [
    {
      what: 'New PIN with the PUK',
      before: words(needed.before),
      after: words(needed.after),
      widens: !needed.after,
    },
  ];
}

/** Kind of vendor certificate. Only a root is an anchor. An intermediate certificate leads to a root, and vouches for nothing by itself. */
interface CertificateUse {
  readonly what: string;
  /** A further certificate of this kind makes more devices trusted. */
  readonly widens: boolean;
}
const ROOT: CertificateUse = { what: 'Trusted root', widens: true };
const INTERMEDIATE: CertificateUse = { what: 'Intermediate certificate', widens: false };

function certificateChanges(
  { what, widens }: CertificateUse,
  before: readonly string[] = [],
  after: readonly string[],
): TrustChange[] {
  const had = new Map(before.map((pem) => [fingerprintOf(pem), pem]));
  const has = new Map(after.map((pem) => [fingerprintOf(pem), pem]));
  const added = [...has].filter(([fingerprint]) => !had.has(fingerprint));
  const removed = [...had].filter(([fingerprint]) => !has.has(fingerprint));
  return [
    ...removed.map(([, pem]) => ({ what, before: nameOf(pem), after: NOT_TRUSTED, widens: false })),
    ...added.map(([, pem]) => ({ what, before: NOT_TRUSTED, after: nameOf(pem), widens })),
  ];
}

/** SHA-256 of the DER certificate, hexadecimal; of the text if it cannot be read. */
const fingerprintOf = (pem: string): string =>
  parsePem(pem)?.fingerprint ?? createHash('sha256').update(pem).digest('hex');

/** A certificate in words that two people can compare: its subject in one line, and its whole fingerprint. */
function nameOf(pem: string): string {
  const subject = parsePem(pem)?.subjectText.replaceAll('\n', ', ') ?? 'unreadable';
  return `${subject} (SHA-256 ${fingerprintOf(pem)})`;
}

function factoryChanges(before: FactorySecrets | undefined, after: FactorySecrets): TrustChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const changes: TrustChange[] = [
    { what: 'Factory values', before: before ? 'set' : NONE, after: 'others', widens: true },
  ];
  if (before?.confidential === after.confidential) return changes;
  const words = (isConfidential: boolean): string => (isConfidential ? 'confidential' : 'not confidential');
  const told = before ? words(before.confidential) : NONE;
  return [...changes, { what: 'Factory PUK', before: told, after: words(after.confidential), widens: true }];
}
