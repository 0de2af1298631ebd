import { openFromStorage, sealForStorage } from '../../keys/storage-seal.js';
import { same } from '../checks.js';
import { newAudit, newEvent } from '../rows.js';
import { storeCase, type StoreCase } from '../store-case.js';

/** Cases of the audit log, the events of operations and the keys. */
export const logCases: readonly StoreCase[] = [
  storeCase('appends to the audit log in the order of writing, whatever the clocks say', async (scene) => {
    const before = await scene.stage.audit();
    const { id: deviceId } = await scene.newOwnDevice();
    const repeated = newAudit({ actor: 'second', detail: {} });
    const rows = [
      newAudit({ actor: 'third', at: new Date(0) }),
      newAudit({ actor: 'first', deviceId, operationId: 'one', outcome: 'failed', event: 'device.erased' }),
      repeated,
    ];
    await scene.write({ audit: rows });
    await scene.write({ audit: [repeated] });
    same('the new rows', (await scene.stage.audit()).slice(before.length), [...rows, repeated]);
  }),

  storeCase('appends to the course of operations in order, each happening as it was', async (scene) => {
    const before = await scene.stage.events();
    const { id: deviceId } = await scene.newOwnDevice();
    const step = { step: 'keys', number: 3 } as const;
    const commands = [
      { method: 'key.generate', error: null },
      { method: 'csr.create', error: 'KEY_CANNOT_SIGN' },
    ] as const;
    const repeated = newEvent({ at: new Date(1), address: null });
    const rows = [
      repeated,
      newEvent({ what: { kind: 'step-sent', ...step, methods: ['key.generate', 'csr.create'] }, deviceId }),
      newEvent({ what: { kind: 'step-results', ...step, commands }, deviceId, at: new Date(0) }),
      newEvent({ what: { kind: 'ended', state: 'failed', error: 'KEY_CANNOT_SIGN' }, deviceId }),
    ];
    await scene.write({ events: rows });
    await scene.write({ events: [repeated] });
    same('the new events', (await scene.stage.events()).slice(before.length), [...rows, repeated]);
  }),

  storeCase('has the keys of the CMS, with which it opens what was sealed for it', async ({ store }) => {
    const sealed = await sealForStorage('a text', store.keys, 'store-suite');
    same('what was sealed', await openFromStorage(sealed, store.keys, 'store-suite'), 'a text');
    same(
      'the ids of the published keys',
      store.keys.published.keys.map(({ kid }) => kid).includes(store.keys.signingKeyId),
      true,
    );
  }),
];
