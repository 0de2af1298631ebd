import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { answerRequest, createCms, memoryStore } from '@cardwright/cms';
import { storeCases } from '@cardwright/cms/store-suite';

const origin = 'https://cms.example.com';
const authority = {
  certificate: Uint8Array.of(),
  issue: async () => Uint8Array.of(),
  signCrl: async () => Uint8Array.of(),
};
const cms = createCms({ store: await memoryStore(), authority, origin });
assert.equal(cms.publishedKeys.keys.length, 2);

const headers = { origin, 'content-type': 'application/json', 'accept-language': 'de' };
const request = { person: null, path: 'devices/eligibility', headers, body: '{}' };
const defects = [];
const answer = (other) => answerRequest(cms, { ...request, ...other }, (_, defect) => defects.push(defect));
assert.equal((await answer({})).status, 401);
assert.equal((await answer({ headers: {} })).status, 403);
const person = { id: 'ada', username: 'ada', displayName: 'Ada Adams', email: null, upn: null, sid: null };
const body = JSON.stringify({ kind: 'issue', devices: [] });
assert.deepEqual(await answer({ person, body }), { status: 200, headers: {}, body: { devices: [] } });
assert.deepEqual(defects, []);

let later = 0;
const store = await memoryStore({ now: () => Date.now() + later });
const stage = {
  store,
  newPerson: async () => randomUUID(),
  audit: async () => store.contents().audit,
  events: async () => store.contents().events,
  untilOneWaits: async () => {},
  passAnHour: async () => {
    later += 60 * 60 * 1000;
  },
  close: async () => {},
};
for (const { run } of storeCases) await run(stage);
console.log('cms');
