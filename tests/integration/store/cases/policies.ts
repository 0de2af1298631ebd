import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { PolicyProposal } from '@cardwright/cms';
import { newPolicy } from '../rows.js';
import type { StoreStage } from '../stages.js';

/** Policies, and changes of them that wait for another operator. */
export function policyCases(stage: () => StoreStage): void {
  const newModel = (): string => `m${randomUUID().slice(0, 8)}`;
  const newProposal = (model: string, changes: Partial<PolicyProposal> = {}): PolicyProposal => {
    const { policy, factorySecrets } = newPolicy(model);
    const proposedAt = new Date('2026-11-25T10:00:00.000Z');
    return { id: randomUUID(), model, policy, factorySecrets, proposedBy: 'olga', proposedAt, ...changes };
  };

  it('lets the second of two changes of a policy see what the first wrote', async () => {
    const { store, untilOneWaits } = stage();
    const model = newModel();
    const row = newPolicy(model);
    await store.transaction((transaction) => transaction.putPolicy(row, 'add'));
    let second: Promise<unknown> | undefined;
    await store.transaction(async (transaction) => {
      await transaction.lockPolicy(model);
      second = store.transaction((other) => other.lockPolicy(model));
      await untilOneWaits();
      await transaction.putPolicy({ ...row, updatedBy: 'oscar' }, 'replace');
    });
    expect(await second).toEqual({ ...row, updatedBy: 'oscar' });
  });

  it('keeps one proposal for each model, the last', async () => {
    const { store } = stage();
    const [model, other] = [newModel(), newModel()];
    const [first, last, beside] = [newProposal(model), newProposal(model, { proposedBy: 'oscar' }), newProposal(other)];
    await store.transaction(async (transaction) => {
      for (const proposal of [first, last, beside]) await transaction.putProposal(proposal);
    });
    const kept = await store.transaction(async (transaction) => ({
      listed: (await transaction.listProposals()).filter((one) => [model, other].includes(one.model)),
      first: await transaction.findProposal(first.id),
      last: await transaction.findProposal(last.id),
    }));
    const byModel = [last, beside].sort((a, b) => (a.model < b.model ? -1 : 1));
    expect(kept).toEqual({ listed: byModel, first: undefined, last });
  });

  it('lets one of two take a proposal', async () => {
    const { store } = stage();
    const proposal = newProposal(newModel());
    await store.transaction((transaction) => transaction.putProposal(proposal));
    const take = () => store.transaction((transaction) => transaction.removeProposal(proposal.id));
    expect((await Promise.all([take(), take()])).sort()).toEqual([false, true]);
    expect(await store.transaction((transaction) => transaction.findProposal(proposal.id))).toBeUndefined();
  });

  it('keeps a proposal whose transaction is undone', async () => {
    const { store } = stage();
    const proposal = newProposal(newModel());
    await store.transaction((transaction) => transaction.putProposal(proposal));
    const undone = store.transaction(async (transaction) => {
      await transaction.removeProposal(proposal.id);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await store.transaction((transaction) => transaction.findProposal(proposal.id))).toEqual(proposal);
  });
}
