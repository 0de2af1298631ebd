import { randomUUID } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import type { DevicePolicy } from '../rules/device-policy.js';
import { inTransaction } from '../store/in-transaction.js';
import type { Records } from '../store/records.js';
import type { PolicyProposal } from '../store/rows.js';
import type { Store } from '../store/store.js';
import { openFactorySecrets, openState } from './policies.js';
import type { TrustChange } from './trust-change.js';
import { inOneLine, trustChanges } from './trust-changes.js';

/** A proposed change of a policy. It waits for the confirmation of an operator other than its author. */
export interface ListedProposal {
  /** Id of the proposal, a UUID. */
  readonly id: string;
  readonly model: string;
  readonly modelName: string;
  /** User name of the proposal's author. */
  readonly proposedBy: string;
  readonly proposedAt: Date;
  /** Effects of the proposal on trust. */
  readonly changes: readonly TrustChange[];
}

const DAY = 24 * 60 * 60 * 1000;
/** Milliseconds after which a proposal expires. */
const LONGEST_WAIT = 7 * DAY;

/**
 * Lists the waiting proposals, by model.
 *
 * @param language language of the listed changes; English by default
 * @example
 * for (const { model, proposedBy } of await listProposals(store)) console.log(model, proposedBy);
 */
export const listProposals = (
  store: Store,
  { now = new Date(), language }: { readonly now?: Date; readonly language?: string } = {},
): Promise<ListedProposal[]> =>
  store.transaction(async (transaction) => {
    const waiting = (await transaction.listProposals()).filter((one) => isWaiting(one, now));
    const listed: ListedProposal[] = [];
    for (const proposal of waiting) {
      const { id, model, policy, proposedBy, proposedAt } = proposal;
      const before = await openState(await transaction.findPolicy(model), store.keys);
      const after = { policy, factory: await openFactorySecrets(proposal, store.keys) };
      const changes = trustChanges(before, after, language);
      listed.push({ id, model, modelName: policy.modelName, proposedBy, proposedAt, changes });
    }
    return listed;
  });

/** A proposal to store. `factorySecrets` are sealed as in a policy's row. */
export interface NewProposal {
  readonly model: string;
  readonly policy: DevicePolicy;
  readonly factorySecrets: string;
  /** User name of the proposal's author. */
  readonly by: string;
}

/** Stores a proposal, which replaces any other proposal for its model. */
export async function propose(
  records: Records,
  { by: proposedBy, ...proposed }: NewProposal,
  changes: readonly TrustChange[],
): Promise<void> {
  await records.transaction.putProposal({ id: randomUUID(), ...proposed, proposedBy, proposedAt: records.now });
  const detail = { model: proposed.model, changes: inOneLine(changes) };
  records.record({ actor: proposedBy, event: 'policy.proposed', detail });
}

/**
 * Ends the proposal for a model, if there is one, because the model's policy changes or the model gets another proposal.
 *
 * @param by user name of the author of the change
 */
export async function dropProposal(records: Records, model: string, by: string): Promise<void> {
  const { transaction } = records;
  const replaced = (await transaction.listProposals()).find((one) => one.model === model);
  if (!replaced || !(await transaction.removeProposal(replaced.id))) return;
  recordEnd(records, replaced, by, 'replaced');
}

/**
 * Withdraws a proposal. Its author and any other operator can do that.
 *
 * @param by user name of the operator who withdraws the proposal
 * @throws CardwrightError `PROPOSAL_OVER` if the proposal no longer waits
 * @example
 * const [proposal] = await listProposals(store);
 * if (proposal) await withdrawProposal(store, 'grace', proposal.id);
 */
export const withdrawProposal = (store: Store, by: string, id: string): Promise<void> =>
  inTransaction({ store, now: () => new Date() }, async (records) => {
    recordEnd(records, await takeProposal(records, await findProposal(records, id)), by, 'withdrawn');
  });

/**
 * Finds a proposal that still waits. Locks nothing.
 *
 * @throws CardwrightError `PROPOSAL_OVER` if the proposal no longer waits
 */
export async function findProposal({ transaction, now }: Records, id: string): Promise<PolicyProposal> {
  const proposal = await transaction.findProposal(id);
  if (!proposal || !isWaiting(proposal, now)) throw new CardwrightError('PROPOSAL_OVER');
  return proposal;
}

/**
 * Removes a proposal, so that nobody else can take it.
 *
 * @throws CardwrightError `PROPOSAL_OVER` if someone else has taken or removed it
 */
export async function takeProposal({ transaction }: Records, proposal: PolicyProposal): Promise<PolicyProposal> {
  if (!(await transaction.removeProposal(proposal.id))) throw new CardwrightError('PROPOSAL_OVER');
  return proposal;
}

const isWaiting = ({ proposedAt }: PolicyProposal, now: Date): boolean =>
  now.getTime() - proposedAt.getTime() < LONGEST_WAIT;

const recordEnd = (
  records: Records,
  { model, proposedBy }: PolicyProposal,
  actor: string,
  why: 'replaced' | 'withdrawn',
): void => records.record({ actor, event: 'policy.proposal-ended', detail: { model, proposedBy, why } });
