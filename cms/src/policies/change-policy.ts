import { isDeepStrictEqual } from 'node:util';
import { CardwrightError } from '@cardwright/protocol';
import { ENGLISH } from '@cardwright/words';
import type { DevicePolicy, FactorySecrets } from '../rules/device-policy.js';
import { inTransaction } from '../store/in-transaction.js';
import type { Records } from '../store/records.js';
import type { PolicyRow } from '../store/rows.js';
import type { Store } from '../store/store.js';
import { openState, requireSound, sealFactorySecrets, type KnownServices } from './policies.js';
import { dropProposal, findProposal, propose, takeProposal } from './proposals.js';
import type { TrustChange } from './trust-change.js';
import { changedSettings, inOneLine, isWidened, trustChanges, type PolicyState } from './trust-changes.js';

/** A change of a model's policy. */
export interface PolicyChange {
  readonly model: string;
  /**
   * The new policy, or a function that makes the new policy from the current policy, which stays locked meanwhile. The current policy is
   * undefined if the model has no policy.
   */
  readonly policy: DevicePolicy | ((current: DevicePolicy | undefined) => DevicePolicy);
  /** New factory values. If left out, the stored values stay. */
  readonly factory?: FactorySecrets | undefined;
}

/**
 * How the author of a change has confirmed the change. This matters only if trust is widened (`TrustChange.widens`); for other changes a session
 * is enough.
 */
export type Consent =
  /** An operator with a session, who has not agreed to the effects. */
  | 'session'
  /** An operator who has just proved who they are, and agrees. Another operator has to confirm the change. */
  | 'proved'
  /** An operator who has just proved who they are, agrees, and may act alone. */
  | 'alone'
  /** Someone with access to the server and its keys: a command, or a program of the CMS. */
  | 'administrator';

/** Result of a change. */
export interface PolicyOutcome {
  /**
   * `saved`: the policy was written, or did not differ. `consent-needed`: nothing was written, since the operator has not agreed to the effects.
   * `proposed`: the change waits for another operator.
   */
  readonly kind: 'saved' | 'consent-needed' | 'proposed';
  /** Effects of the change on trust. */
  readonly changes: readonly TrustChange[];
}

/** The author of a change, and how they confirmed it. */
export interface ChangedBy {
  /** User name of the operator, or the name of the program. */
  readonly by: string;
  readonly consent: Consent;
  /** Language of the changes in the outcome; English by default. The audit log is always in English. */
  readonly language?: string;
}

/**
 * Changes a policy, or stores the change as a proposal if another operator has to confirm it. The audit log gets the effects on trust in words, and
 * the names of the other changed settings.
 *
 * @throws CardwrightError `INVALID_PARAMS` if a new model comes without factory values, and as `requireSound` does if `policy` is not a function
 * @example
 * const change = { model: 'yubikey', policy, factory };
 * const { kind, changes } = await changePolicy(store, { by: 'set-up', consent: 'administrator' }, change);
 */
export const changePolicy = (
  store: Store,
  { by, consent, language = ENGLISH }: ChangedBy,
  change: PolicyChange,
  services?: KnownServices,
): Promise<PolicyOutcome> =>
  inTransaction({ store, now: () => new Date() }, async (records) => {
    const { model } = change;
    const { row, before } = await lockState(records, store, model);
    const after = stateAfter(before, change);
    // A function edits some settings and leaves the others as they are, even unsound ones, because it must always be possible to remove a root.
    if (typeof change.policy !== 'function') requireSound(model, after, services);
    const changes = trustChanges(before, after);
    const told = trustChanges(before, after, language);
    if (isDeepStrictEqual(before, after)) return { kind: 'saved', changes: told };
    const isWide = isWidened(changes);
    if (isWide && consent === 'session') return { kind: 'consent-needed', changes: told };
    const factorySecrets = isDeepStrictEqual(before?.factory, after.factory)
      ? row?.factorySecrets
      : await sealFactorySecrets(after.factory, store.keys, model);
    if (factorySecrets === undefined) throw new Error('a policy without factory secrets');
    await dropProposal(records, model, by);
    if (isWide && consent === 'proved') {
      await propose(records, { model, by, policy: after.policy, factorySecrets }, changes);
      return { kind: 'proposed', changes: told };
    }
    const consented = isWide ? { consent } : {};
    await write(
      records,
      { by, before: before?.policy, changes, ...consented },
      { model, policy: after.policy, factorySecrets },
    );
    return { kind: 'saved', changes: told };
  });

/**
 * Confirms a proposal of another operator, and writes its policy.
 *
 * @param by user name of the operator who confirms it
 * @throws CardwrightError `PROPOSAL_OVER` if the proposal no longer waits; `FORBIDDEN` if the operator proposed it; `INVALID_PARAMS` as
 * `requireSound` does
 * @example
 * const [proposal] = await listProposals(store);
 * if (proposal) await confirmProposal(store, 'grace', proposal.id);
 */
export const confirmProposal = (store: Store, by: string, id: string, services?: KnownServices): Promise<void> =>
  inTransaction({ store, now: () => new Date() }, async (records) => {
    const { model } = await findProposal(records, id);
    // The proposal is looked up again under the lock, because a change of the policy meanwhile has ended the proposal.
    const { before } = await lockState(records, store, model);
    const proposal = await findProposal(records, id);
    const { policy, factorySecrets, proposedBy } = proposal;
    if (proposedBy === by) throw new CardwrightError('FORBIDDEN');
    const after = await openState({ model, policy, factorySecrets, updatedAt: records.now, updatedBy: by }, store.keys);
    if (!after) throw new Error('a proposal has a policy');
    requireSound(model, after, services);
    await takeProposal(records, proposal);
    const changes = trustChanges(before, after);
    await write(
      records,
      { by, before: before?.policy, changes, proposedBy },
      { model, policy: after.policy, factorySecrets },
    );
  });

async function lockState(
  { transaction }: Records,
  { keys }: Store,
  model: string,
): Promise<{ readonly row: PolicyRow | undefined; readonly before: PolicyState | undefined }> {
  const row = await transaction.lockPolicy(model);
  return { row, before: await openState(row, keys) };
}

function stateAfter(before: PolicyState | undefined, { policy: given, factory: values }: PolicyChange): PolicyState {
  const policy = typeof given === 'function' ? given(before?.policy) : given;
  const factory = values ?? before?.factory;
  if (!factory) throw new CardwrightError('INVALID_PARAMS', { path: 'factory', problem: 'expected with a new model' });
  return { policy, factory };
}

/** Contents of the audit log entry for a written change. */
interface Told {
  readonly by: string;
  readonly before: DevicePolicy | undefined;
  readonly changes: readonly TrustChange[];
  /** The author's confirmation; present only if trust was widened without another operator. */
  readonly consent?: Consent;
  /** User name of the operator who proposed the change; present only if another operator confirmed it. */
  readonly proposedBy?: string;
}

async function write(
  records: Records,
  { by, before, changes, ...how }: Told,
  row: Pick<PolicyRow, 'model' | 'policy' | 'factorySecrets'>,
): Promise<void> {
  await records.transaction.putPolicy({ ...row, updatedAt: records.now, updatedBy: by }, 'replace');
  const told = { trust: inOneLine(changes), settings: changedSettings(before, row.policy) };
  const detail = {
    model: row.model,
    ...Object.fromEntries(Object.entries(told).filter(([, words]) => words !== '')),
    ...how,
  };
  records.record({ actor: by, event: 'policy.changed', detail });
}
