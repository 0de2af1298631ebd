import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { DEVICE_MODELS } from '@cardwright/protocol/policy';
import { ENGLISH } from '@cardwright/words';
import { words as all } from '@cardwright/words/at-once/cms';
import { parsePem } from '../attestation/parsed-pem.js';
import { laxChanges } from './lax-settings.js';
import type { TrustChange, TrustWords } from './trust-change.js';
import type { DevicePolicy, FactorySecrets } from '../rules/device-policy.js';
import { isBefore, versionOf } from '../rules/firmware-version.js';

/** The policy of a model, with its factory values. */
export interface PolicyState {
  readonly policy: DevicePolicy;
  readonly factory: FactorySecrets;
}

/** Values of `unprovenKeys`, from the strictest to the laxest. */
const LAXITY: readonly DevicePolicy['unprovenKeys'][] = ['refuse', 'supervised', 'allow'];

/**
 * Describes how a change of a policy affects trust. Stricter settings are listed too, but do not widen trust.
 *
 * @param before the state before the change; undefined if the model is not issued yet, so that nothing is trusted
 */
export function trustChanges(before: PolicyState | undefined, after: PolicyState, language = ENGLISH): TrustChange[] {
  const words = all.in(language).trust;
  const name = modelIn(language, after.policy);
  return [
    ...(before ? [] : [{ what: words.model, before: words.notIssued, after: name, widens: true }]),
    ...unprovenChange(words, before?.policy, after.policy),
    ...serialChange(words, before?.policy, after.policy),
    ...passkeyChange(words, before?.policy, after.policy),
    ...codeChange(words, before?.policy, after.policy),
    ...laxChanges(words, before?.policy, after.policy),
    ...certificateChanges(words, 'root', before?.policy.attestationRoots, after.policy.attestationRoots),
    ...certificateChanges(
      words,
      'intermediate',
      before?.policy.attestationIntermediates,
      after.policy.attestationIntermediates,
    ),
    ...factoryChanges(words, before?.factory, after.factory),
  ];
}

/** Returns the name of a model in a language. A name that is not the usual English name of a model stays unchanged. */
function modelIn(language: string, { modelName }: DevicePolicy): string {
  const usual = DEVICE_MODELS.find((model) => all.english.models[model] === modelName);
  return usual ? all.in(language).models[usual] : modelName;
}

/** True if any of the changes widens trust, so that one operator's word is not enough. */
export const isWidened = (changes: readonly TrustChange[]): boolean => changes.some(({ widens }) => widens);

/** Joins the changes in one line, for the audit log. */
export const inOneLine = (changes: readonly TrustChange[]): string =>
  changes.map(({ what, before, after }) => `${what}: ${before} → ${after}`).join('; ');

/** Settings that `trustChanges` describes in full. `passkeys` is not among them, because only one member of it is described. */
const TOLD: ReadonlySet<string> = new Set<keyof DevicePolicy>([
  'unprovenKeys',
  'withoutSerialBefore',
  'unlockNeedsCode',
  'certificateDays',
  'acceptFixedManagementKey',
  'keyManagementCannotSign',
  'attestationRoots',
  'attestationIntermediates',
]);

/** Lists the names of the changed settings that `trustChanges` does not describe in full, in one line. */
export function changedSettings(before: DevicePolicy | undefined, after: DevicePolicy): string {
  const had: Readonly<Record<string, unknown>> = { ...before };
  const has: Readonly<Record<string, unknown>> = { ...after };
  const names = [...new Set([...Object.keys(had), ...Object.keys(has)])];
  return names.filter((name) => !TOLD.has(name) && !isDeepStrictEqual(had[name], has[name])).join(', ');
}

function unprovenChange(
  words: TrustWords,
  { unprovenKeys: before }: Pick<DevicePolicy, 'unprovenKeys'> = { unprovenKeys: 'refuse' },
  { unprovenKeys: after }: DevicePolicy,
): TrustChange[] {
  if (before === after) return [];
  const widens = LAXITY.indexOf(after) > LAXITY.indexOf(before);
  return [{ what: words.unprovenKeys, before: words.unproven[before], after: words.unproven[after], widens }];
}

function serialChange(words: TrustWords, before: DevicePolicy | undefined, after: DevicePolicy): TrustChange[] {
  const limits = { before: before?.withoutSerialBefore ?? null, after: after.withoutSerialBefore };
  if (limits.before === limits.after) return [];
  const told = (limit: string | null): string => (limit === null ? words.asUnproven : words.approvedBefore(limit));
  const widens = isBefore(versionOf(limits.before ?? '0'), versionOf(limits.after ?? '0'));
  return [{ what: words.withoutSerial, before: told(limits.before), after: told(limits.after), widens }];
}

function passkeyChange(words: TrustWords, before: DevicePolicy | undefined, after: DevicePolicy): TrustChange[] {
  const accepts = { before: acceptsUnproved(before), after: acceptsUnproved(after) };
  if (accepts.before === accepts.after) return [];
  const told = (isAccepted: boolean): string => (isAccepted ? words.accepted : words.refused);
  return [
    {
      what: words.passkeys,
      before: told(accepts.before),
      after: told(accepts.after),
      widens: accepts.after,
    },
  ];
}

const acceptsUnproved = (policy: DevicePolicy | undefined): boolean => policy?.passkeys?.unproved === 'accept';

/** Describes a change of the one-time code. Removing the code widens trust: whoever has a login and the card can then get a new PIN. */
function codeChange(words: TrustWords, before: DevicePolicy | undefined, after: DevicePolicy): TrustChange[] {
  const needed = { before: before?.unlockNeedsCode ?? false, after: after.unlockNeedsCode };
  if (needed.before === needed.after) return [];
  const told = (isNeeded: boolean): string => (isNeeded ? words.needsCode : words.needsNoCode);
  return [
    {
      what: words.newPin,
      before: told(needed.before),
      after: told(needed.after),
      widens: !needed.after,
    },
  ];
}

/** Kind of vendor certificate. Only a root is an anchor. An intermediate certificate leads to a root, and vouches for nothing by itself. */
type CertificateUse = 'root' | 'intermediate';

function certificateChanges(
  words: TrustWords,
  use: CertificateUse,
  before: readonly string[] = [],
  after: readonly string[],
): TrustChange[] {
  const what = words[use];
  // A further root makes more devices trusted.
  const widens = use === 'root';
  const nameOf = (pem: string): string => nameOfCertificate(pem, words);
  const had = new Map(before.map((pem) => [fingerprintOf(pem), pem]));
  const has = new Map(after.map((pem) => [fingerprintOf(pem), pem]));
  const added = [...has].filter(([fingerprint]) => !had.has(fingerprint));
  const removed = [...had].filter(([fingerprint]) => !has.has(fingerprint));
  return [
    ...removed.map(([, pem]) => ({ what, before: nameOf(pem), after: words.notTrusted, widens: false })),
    ...added.map(([, pem]) => ({ what, before: words.notTrusted, after: nameOf(pem), widens })),
  ];
}

/** Returns the SHA-256, hexadecimal, of the DER certificate, or of the text if the certificate cannot be read. */
const fingerprintOf = (pem: string): string =>
  parsePem(pem)?.fingerprint ?? createHash('sha256').update(pem).digest('hex');

/** Describes a certificate so that two people can compare it: its subject in one line, and its whole fingerprint. */
function nameOfCertificate(pem: string, { unreadable }: TrustWords): string {
  const subject = parsePem(pem)?.subjectText.replaceAll('\n', ', ') ?? unreadable;
  return `${subject} (SHA-256 ${fingerprintOf(pem)})`;
}

function factoryChanges(words: TrustWords, before: FactorySecrets | undefined, after: FactorySecrets): TrustChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  const changes: TrustChange[] = [
    { what: words.factoryValues, before: before ? words.set : words.none, after: words.others, widens: true },
  ];
  if (before?.confidential === after.confidential) return changes;
  const told = (isConfidential: boolean): string => (isConfidential ? words.confidential : words.notConfidential);
  const then = before ? told(before.confidential) : words.none;
  return [...changes, { what: words.factoryPuk, before: then, after: told(after.confidential), widens: true }];
}
