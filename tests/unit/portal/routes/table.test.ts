import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import fastify from 'fastify';
import * as v from 'valibot';
import { RIGHTS_OF, type Right } from '../../../../portal/src/server/rights.js';
import { requireRows, type HandlersOf } from '../../../../portal/src/server/routes/serve.js';
import { ROUTES } from '../../../../portal/src/features/list.js';
import { takesConsent } from '../../../../portal/src/server/routes/table/consent.js';
import { ownPasswordIn } from '../../../../portal/src/server/routes/table/own-password.js';
import { entriesOf, isOpen, type Route, type Who } from '../../../../portal/src/server/routes/table/route.js';
import type { SESSION_ROUTES } from '../../../../portal/src/server/routes/table/session.js';
import { withRoutes } from '../../../../portal/src/server/routes/publish.js';
import type { AnswerOf, Call, InputOf, call } from '../../../../portal/src/pages/api.js';

const ROWS: readonly (readonly [string, Route])[] = Object.entries(ROUTES);

/** All routes that answer without a login, or to a request from outside a page. */
const OPEN = {
  anyone: [
    'GET /api/session',
    'POST /api/session',
    'PUT /api/session/language',
    'DELETE /api/session',
    'POST /api/session/passkey/options',
    'POST /api/session/passkey',
    'POST /api/password-link',
    'PUT /api/password-link',
    'GET /api/session/providers',
    'POST /api/session/provider',
    'POST /api/session/provider/answer',
    'GET /ca/ca.der',
    'GET /ca/ca.pem',
    'GET /ca/crl.der',
    'GET /ca/{authority}/ca.der',
    'GET /ca/{authority}/ca.pem',
    'GET /ca/{authority}/crl.der',
    'GET /.well-known/cardwright',
    'GET /.well-known/security.txt',
    'GET /help/troubleshooting',
    'GET /',
    'GET /login',
    'GET /set-password',
    'GET /password',
    'GET /sign-in/{provider}',
    'GET /my-devices',
    'GET /account',
    'GET /operator',
    'GET /operator/devices/{id}',
    'GET /operator/people/{id}',
    'GET /operator/operations/{id}',
    'GET /*',
  ],
  phone: [
    'GET /mobile/enrol/{token}',
    'GET /mobile/enrol/{token}/profile',
    'GET /mobile/enrol/{token}/profile/{handover}',
    'GET /mobile/installed/{id}/{token}',
    'POST /mobile/installed/{id}/{token}',
    'POST /mobile/profile-service/{id}',
    'GET /mobile/scep/{place}',
    'POST /mobile/scep/{place}',
  ],
  provider: ['POST /sign-in/{provider}/logout'],
};

describe('the permitted callers', () => {
  it.each(Object.entries(OPEN))('include %s only where that is intended', (who, addresses) => {
    expect(ROWS.filter(([, route]) => route.who === who).map(([address]) => address)).toEqual(addresses);
  });

  it('have a right that no mere user has for everything below /api/operator, and for nothing else', () => {
    const isMore = (who: Who) => !isOpen(who) && !RIGHTS_OF.user.includes(who);
    const operators = ROWS.filter(([, { who }]) => isMore(who)).map(([address]) => address);
    expect(operators).toEqual(Object.keys(ROUTES).filter((address) => address.includes(' /api/operator')));
    expect(operators.length).toBeGreaterThan(10);
  });
});

it.each(ROWS)('describes itself in %s', (_address, { sentence }) => {
  expect(sentence).toMatch(/^[A-Z].*\.$/);
});

/** The pages of operators read their address themselves. */
const isPage = (address: string): boolean => address.includes(' /operator/');

it.each(ROWS.filter(([address]) => !isPage(address)))('takes each name in the path of %s', (address, { takes }) => {
  const names = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const withNames = v.safeParse(takes, { parameters: {}, query: {}, body: {} });
  const missing = withNames.issues
    ?.filter(({ path }) => path?.[0]?.key === 'parameters')
    .map(({ path }) => path?.[1]?.key);
  expect(missing ?? []).toEqual(names);
});

it.each(ROWS.filter(([address]) => isPage(address)))(
  'answers %s with a page, for which the path is no input',
  (_address, { takes }) => {
    expect(Object.keys(entriesOf(takes))).not.toContain('parameters');
  },
);

/** Passwords that `serve()` does not check: of a user who is not logged in yet, and of one whose proof may be another. */
const OTHER_PASSWORDS = ['POST /api/session', 'POST /api/mobile/enrolments'];

it.each(ROWS.filter(([address]) => !OTHER_PASSWORDS.includes(address)))(
  'takes a password in %s only to have it checked',
  (_, { who, takes }) => {
    const takesOne = 'password' in entriesOf(entriesOf(takes).body);
    expect(ownPasswordIn(takes) !== undefined).toBe(takesOne);
    if (takesOne) expect(isOpen(who)).toBe(false);
  },
);

/** Rights by which one changes what is trusted, who may do what and who may sign in, or sees a PIN. */
const GRAVE: readonly Right[] = [
  'change-policies',
  'change-roles',
  'change-accounts',
  'remove-passkeys',
  'show-pins',
  'issue-codes',
];
/** Routes by which people change how they sign in. */
const OWN = [
  'POST /api/account/passkeys/options',
  'POST /api/account/passkeys',
  'POST /api/account/passkeys/{id}/remove',
];
/** Routes with such a right that only take something away: a proposal that nobody has confirmed, and trust. */
const LESSENING = ['POST /api/operator/policy/proposals/{id}/withdraw', 'DELETE /api/operator/vendor-certificates'];

describe('a fresh proof of identity', () => {
  const isGrave = ([address, { who }]: readonly [string, Route]): boolean =>
    OWN.includes(address) ||
    (GRAVE.some((right) => right === who) && !address.startsWith('GET ') && !LESSENING.includes(address));
  const grave = ROWS.filter(isGrave);

  it.each(grave)('is wanted by %s', (_address, { fresh }) => {
    expect(fresh).toMatch(/^[a-z-]+\.[a-z-]+$/);
  });

  it('is wanted by no other route, and by none that is open', () => {
    expect(grave.length).toBeGreaterThan(10);
    expect(ROWS.filter(([, { fresh }]) => fresh !== undefined)).toEqual(grave);
  });

  it('is wanted only with consent where a change need not widen trust', () => {
    expect(ROWS.filter(([, { takes }]) => takesConsent(takes)).map(([address]) => address)).toEqual([
      'PUT /api/operator/policy',
      'POST /api/operator/vendor-certificates',
    ]);
  });
});

describe('the bound of a route', () => {
  const writing = ROWS.filter(([address]) => !address.startsWith('GET '));

  it.each(writing)('is declared by %s', (_address, { bound }) => {
    expect(bound).toBeDefined();
    if (typeof bound === 'object' && 'because' in bound) expect(bound.because).toMatch(/^[A-Z].*\.$/);
  });

  it('is a quota wherever people write who are signed in', () => {
    const unbounded = writing.filter(
      ([, { who, bound }]) =>
        !isOpen(who) && (bound === undefined || (typeof bound === 'object' && 'because' in bound)),
    );
    expect(unbounded.map(([address]) => address)).toEqual([]);
    expect(writing.length).toBeGreaterThan(50);
  });

  it('is declared by the only GET that writes', () => {
    const bounded = ROWS.filter(([address, { bound }]) => address.startsWith('GET ') && bound !== undefined);
    expect(bounded.map(([address]) => address)).toEqual(['GET /api/operator/audit/export']);
  });
});

it('opens nothing to a sign-in without its second factor but what completes it', () => {
  const open = ROWS.filter(([, { isSecondStep }]) => isSecondStep);
  expect(open.map(([address]) => address)).toEqual([
    'POST /api/session/second-factor/options',
    'POST /api/session/second-factor',
    'POST /api/account/passkeys/options',
    'POST /api/account/passkeys',
    'POST /api/session/second-factor/card/devices/eligibility',
    'POST /api/session/second-factor/card/operations',
    'POST /api/session/second-factor/card/operations/{id}/results',
    'POST /api/session/second-factor/card/operations/{id}/cancel',
    'POST /api/session/proof/provider',
  ]);
  expect(open.every(([, { who }]) => who === 'own-account')).toBe(true);
});

it('matches the README', () => {
  const readme = readFileSync(inRepository('portal', 'README.md'), 'utf8');
  expect(withRoutes(readme, ROUTES)).toBe(readme);
  for (const [address, { sentence }] of ROWS) {
    expect(readme).toContain(`| \`${address}\` `);
    expect(readme).toContain(sentence);
  }
});

describe('a server', () => {
  const answer = (): Promise<object> => Promise.resolve({});

  it('serves the routes of the table', async () => {
    const app = fastify();
    requireRows(app, ROUTES);
    app.get('/ca/ca.der', answer);
    expect((await app.inject('/ca/ca.der')).statusCode).toBe(200);
  });

  it.each(['/api/other', '/api/operator/devices/:other', '/api/session/proof/passkey'])(
    'refuses to serve %s',
    (path) => {
      const app = fastify();
      requireRows(app, ROUTES);
      expect(() => app.get(path, answer)).toThrow(/is in no table of routes/);
      expect(() => app.head(path, answer)).toThrow(/is in no table of routes/);
    },
  );

  it.each([undefined, '', 'operator', 'toString'])('does not start with a route whose callers are %j', (who) => {
    const app = fastify();
    const row = { ...ROUTES['GET /ca/ca.der'], who } as Route;
    requireRows(app, { 'GET /ca/ca.der': row });
    expect(() => app.get('/ca/ca.der', answer)).toThrow('GET /ca/ca.der does not say who may call it');
  });

  it('does not start with a route for people with a right that nothing checks', () => {
    const app = fastify();
    requireRows(app, ROUTES);
    expect(() => app.get('/api/operator/devices', answer)).toThrow('does not check its callers');
  });

  it('refuses the same below a prefix', async () => {
    const app = fastify();
    requireRows(app, ROUTES);
    const registering = app.register(
      (inner) =>
        Promise.resolve().then(() => {
          inner.get('/session/other', answer);
        }),
      { prefix: '/api' },
    );
    await expect(Promise.resolve(registering)).rejects.toThrow('GET /api/session/other is in no table of routes');
  });
});

/** Code that must not compile: `tsc` complains if one of these does. */
describe('a handler and a page', () => {
  type Session = HandlersOf<typeof SESSION_ROUTES>;
  const user = { username: 'alice', displayName: 'Alice', language: null, rights: ['own-devices'] } as const;
  const without = { secondFactor: 'unneeded', proofs: null } as const;
  const others = { ...without, passkeys: true };

  it('must agree with the answer of the row', () => {
    const right: Session['GET /api/session'] = () => Promise.resolve({ user, ...others });
    // @ts-expect-error a member has another name
    const renamed: Session['GET /api/session'] = () => Promise.resolve({ user, ...without, passkey: true });
    const guest = { ...user, rights: ['everything'] } as const;
    // @ts-expect-error a member of a member has another value
    const deep: Session['GET /api/session'] = () => Promise.resolve({ user: guest, ...others });
    // @ts-expect-error a handler is missing
    const incomplete: Session = { 'GET /api/session': right };
    expect([right, renamed, deep, incomplete]).toHaveLength(4);
  });

  it('must agree with its address, and with its input', () => {
    type Query = InputOf<'GET /api/operator/devices'>['query'];
    const query: Query = { owner: 'Alice' };
    // @ts-expect-error the query has no such member
    const other: Query = { name: 'Alice' };
    // @ts-expect-error there is no such route
    const nowhere: Call = 'GET /api/device';
    // @ts-expect-error a file is no answer that a page can read
    const file: Call = 'GET /api/operator/devices/{id}/support-files/{file}/download';
    type Takes = Parameters<typeof call<'POST /api/session/proof'>>;
    // @ts-expect-error the input is missing
    const nothing: Takes = ['POST /api/session/proof'];
    expect([query, other, nowhere, file, nothing]).toHaveLength(5);
  });

  it('have the same moment as a date and as a text', () => {
    type Code = AnswerOf<'POST /api/operator/devices/{id}/unlock-code'>;
    const issued: Code = { code: '12345678', expiresAt: new Date(0).toISOString() };
    // @ts-expect-error JSON has no dates
    const dated: Code = { code: '12345678', expiresAt: new Date(0) };
    expect([issued, dated]).toHaveLength(2);
  });
});
