import type { PolicyRow } from '../../store/rows.js';
import { refused, same } from '../checks.js';
import { newModel, newPolicy, newProposal } from '../rows.js';
import { storeCase, type StoreCase } from '../store-case.js';

/** Cases of policies and of proposals. */
export const policyCases: readonly StoreCase[] = [
  storeCase('replaces a policy, or adds it only where the model has none', async (scene) => {
    const model = newModel();
    const put = (row: PolicyRow, mode: 'replace' | 'add') =>
      scene.transaction(async (transaction) => {
        await transaction.putPolicy(row, mode);
        return transaction.findPolicy(model);
      });
    const added = newPolicy(model, { updatedBy: 'first' });
    same('a policy that was added', await put(added, 'add'), added);
    same('a policy in whose place one was added', await put(newPolicy(model), 'add'), added);
    const replaced = newPolicy(model, { updatedBy: 'third' });
    same('a policy that was replaced', await put(replaced, 'replace'), replaced);
    same('a policy beside which another one was written', await put(newPolicy(newModel()), 'replace'), replaced);
  }),

  storeCase('lists policies and proposals by model, in the order of ASCII', async (scene) => {
    const name = newModel();
    // The sorting rules of a language would put these models in another order.
    const [first, second, third] = [`${name}-Z`, `${name}-a`, `${name}a`];
    const policies = [third, first, second].map((model) => newPolicy(model));
    const proposals = [second, third, first].map((model) => newProposal(model));
    await scene.transaction(async (transaction) => {
      for (const policy of policies) await transaction.putPolicy(policy, 'add');
      for (const proposal of proposals) await transaction.putProposal(proposal);
    });
    const isOwn = ({ model }: { readonly model: string }): boolean => model.startsWith(name);
    const order = [first, second, third];
    await scene.transaction(async (transaction) => {
      const listed = (await transaction.listPolicies()).filter(isOwn);
      same(
        'the policies',
        listed,
        order.map((model) => policies.find((policy) => policy.model === model)),
      );
      const waiting = (await transaction.listProposals()).filter(isOwn);
      same(
        'the proposals',
        waiting,
        order.map((model) => proposals.find((proposal) => proposal.model === model)),
      );
    });
  }),

  storeCase('keeps one proposal for each model, the last', async (scene) => {
    const [model, other] = [newModel(), newModel()];
    const [first, last, beside] = [newProposal(model), newProposal(model, { proposedBy: 'oscar' }), newProposal(other)];
    await scene.transaction(async (transaction) => {
      for (const proposal of [first, last, beside]) await transaction.putProposal(proposal);
    });
    await scene.transaction(async (transaction) => {
      same('the first proposal', await transaction.findProposal(first.id), undefined);
      same('the last proposal', await transaction.findProposal(last.id), last);
      same('the proposal for another model', await transaction.findProposal(beside.id), beside);
      const listed = (await transaction.listProposals()).filter((one) => one.model === model);
      same('the proposals for the model', listed, [last]);
    });
  }),

  storeCase('leaves the proposal for a model alone when its policy is written', async (scene) => {
    const model = newModel();
    const proposal = newProposal(model);
    const left = await scene.transaction(async (transaction) => {
      await transaction.putProposal(proposal);
      await transaction.putPolicy(newPolicy(model), 'add');
      await transaction.putPolicy(newPolicy(model), 'replace');
      return transaction.findProposal(proposal.id);
    });
    same('the proposal', left, proposal);
  }),

  storeCase('keeps a proposal whose transaction is undone', async (scene) => {
    const proposal = newProposal(newModel());
    await scene.transaction((transaction) => transaction.putProposal(proposal));
    const undone = scene.transaction(async (transaction) => {
      same('whether it was there', await transaction.removeProposal(proposal.id), true);
      throw new Error('undone');
    });
    await refused('a transaction whose work throws', undone);
    same('the proposal', await scene.transaction((transaction) => transaction.findProposal(proposal.id)), proposal);
  }),
];
