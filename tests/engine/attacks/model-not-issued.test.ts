import { createCms, issue } from '@cardwright/cms';
import { expect, it } from '@jest/globals';
import { filledStore } from '../../support/engine/filled-store.js';
import { engineParts, ORIGIN } from '../support/engine-parts.js';
import { ToyStage } from '../support/toy-stage.js';

/** Attack: an issuance is kept until the model has no policy any more, which would have had the device approved. */

it.each(['yubikey', 'piv'] as const)(
  'a %s whose model is no longer issued never becomes good, nor does it wait for an operator',
  async (model) => {
    const stage = await ToyStage.blank({ model, policy: { unprovenKeys: 'supervised', attestationRoots: [] } });
    const host = await stage.newHost();
    let answer = await stage.start(host, 'issue');
    while (answer.step && answer.phase.name !== 'pin') answer = await stage.next(host, answer);
    expect([answer.state, stage.device?.state]).toEqual(['running', 'pending']);

    const { keys, authority } = await engineParts();
    const store = await filledStore(keys, { ...stage.store.contents(), policies: [] });
    const later = createCms({ store, authority, origin: ORIGIN, operations: [issue] });
    const outcomes = await host.run(answer.step?.jws ?? '');
    const end = await later.continue(stage.by(), answer.operation, answer.step?.number ?? 0, outcomes);
    expect(end).toMatchObject({ state: 'failed', error: { data: { name: 'ATTESTATION_MISSING' } } });
    const { devices, certificates } = store.contents();
    expect(devices.map(({ state }) => state)).not.toContain('active');
    expect(devices.map(({ state }) => state)).not.toContain('awaiting-approval');
    expect(certificates.filter(({ revocationReason }) => revocationReason === null)).toEqual([]);
  },
);
