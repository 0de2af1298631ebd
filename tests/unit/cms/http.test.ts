import { answerRequest, createCms, memoryStore, type Cms, type ContractRequest } from '@cardwright/cms';
import type { PersonProof, Requester } from '@cardwright/cms/operations';
import type { Person } from '@cardwright/cms/store';
import { beforeAll, describe, expect, it } from '@jest/globals';

const ORIGIN = 'https://cms.example.com';
const ADA: Person = { id: 'ada', username: 'ada', displayName: 'Ada Adams', email: null, upn: null, sid: null };
const unused = () => Promise.reject(new Error('nothing is issued here'));

let cms: Cms;
beforeAll(async () => {
  const authority = { issue: unused, signCrl: unused, certificate: new Uint8Array() };
  cms = createCms({ store: await memoryStore(), authority, origin: () => ORIGIN });
});

const ownPage = { origin: ORIGIN, 'content-type': 'application/json; charset=utf-8' };
const request: ContractRequest = {
  person: ADA,
  path: 'devices/eligibility',
  headers: ownPage,
  body: JSON.stringify({ kind: 'issue', devices: [] }),
};
const answer = (changes: Partial<ContractRequest> = {}) =>
  answerRequest(cms, { ...request, ...changes }, (_incident, defect) => {
    throw defect;
  });
const error = (name: string) => ({ error: expect.objectContaining({ data: expect.objectContaining({ name }) }) });

describe('a request of the contract', () => {
  it('is answered for the own page', async () => {
    expect(await answer()).toEqual({ status: 200, headers: {}, body: { devices: [] } });
  });

  it.each([
    ['of another site', { ...ownPage, origin: 'https://evil.example' }],
    ['of an origin that only begins like ours', { ...ownPage, origin: `${ORIGIN}.evil.example` }],
    ['without an origin', { 'content-type': 'application/json' }],
    ['that a form can send', { ...ownPage, 'content-type': 'text/plain' }],
    ['without a type', { origin: ORIGIN }],
  ])('is refused when it is one %s', async (_what, headers) => {
    expect(await answer({ headers })).toMatchObject({ status: 403, body: error('FORBIDDEN') });
  });

  it('is refused with LOGIN_REQUIRED in the browser’s language without a user', async () => {
    const headers = { ...ownPage, 'accept-language': 'de' };
    const { status, body } = await answer({ person: null, headers });
    expect(status).toBe(401);
    expect(body).toMatchObject({ error: { data: { name: 'LOGIN_REQUIRED', details: { fresh: false } } } });
  });

  it('carries how its user has proved who they are', async () => {
    const heard: Requester[] = [];
    const listening: Cms = {
      ...cms,
      judge(requester) {
        heard.push(requester);
        return Promise.resolve([]);
      },
    };
    const proof: PersonProof = { at: new Date(), by: 'passkey', device: 'device-1' };
    await answerRequest(listening, { ...request, proof }, (_incident, defect) => {
      throw defect;
    });
    expect(heard).toMatchObject([{ person: ADA, proof }]);
  });

  it('counts as the sender’s mistake if it is no JSON or violates the protocol', async () => {
    expect(await answer({ body: '{' })).toMatchObject({ status: 400, body: error('INVALID_MESSAGE') });
    expect(await answer({ body: '{}' })).toMatchObject({ status: 400, body: error('INVALID_PARAMS') });
  });

  it.each(['', 'devices', 'operations/x', 'operations/x/results/more', 'operations/x/steal', 'constructor'])(
    'finds nothing at "%s"',
    async (path) => {
      expect(await answer({ path })).toMatchObject({ status: 404, body: error('METHOD_NOT_FOUND') });
    },
  );

  it('is answered as unknown for an operation that does not exist', async () => {
    const unknown = '6630efd4-424c-42ec-bb1d-4eccfc121bf2';
    const gone = await answer({ path: `operations/${unknown}/cancel`, body: '{}' });
    expect(gone).toMatchObject({ status: 404, body: error('OPERATION_NOT_FOUND') });
  });
});
