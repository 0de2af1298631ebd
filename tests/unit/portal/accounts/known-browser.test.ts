import fastifyCookie from '@fastify/cookie';
import { afterEach, expect, it, jest } from '@jest/globals';
import fastify from 'fastify';
import {
  anyKnownBrowser,
  knownBrowser,
  rememberBrowser,
} from '../../../../portal/src/server/accounts/known-browser.js';

const ORIGIN = 'http://localhost';
const DAY = 24 * 60 * 60 * 1000;

const app = fastify();
await app.register(fastifyCookie, { secret: 'a secret of thirty-two characters' });
app.post('/:name', (request, reply) => {
  rememberBrowser(request, reply, ORIGIN, (request.params as { readonly name: string }).name);
  return {};
});
app.get('/:name', (request) => ({
  known: knownBrowser(request, ORIGIN, (request.params as { readonly name: string }).name),
  last: anyKnownBrowser(request, ORIGIN),
}));

let cookies: Record<string, string> = {};
afterEach(() => {
  cookies = {};
  jest.restoreAllMocks();
});

async function logIn(name: string): Promise<void> {
  const { cookies: set } = await app.inject({ method: 'POST', url: `/${name}`, cookies });
  for (const { name: cookie, value } of set) cookies[cookie] = value;
}

const ask = async (name: string): Promise<{ readonly known: string | null; readonly last: string | null }> =>
  (await app.inject({ url: `/${name}`, cookies })).json();

it('keeps the last five persons of a browser', async () => {
  for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) await logIn(name);
  expect((await ask('one')).known).toBeNull();
  for (const name of ['two', 'three', 'four', 'five', 'six']) expect((await ask(name)).known).not.toBeNull();
});

it('gives a browser the same id after each login of a person, and another for another person', async () => {
  await logIn('alice');
  const { known } = await ask('alice');
  await logIn('bob');
  await logIn('alice');
  expect(await ask('alice')).toEqual({ known, last: known });
  expect((await ask('bob')).known).not.toBe(known);
});

it('expires 180 days after the last login, though the browser sends its cookie', async () => {
  await logIn('alice');
  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now + 179 * DAY);
  expect((await ask('alice')).known).not.toBeNull();
  jest.spyOn(Date, 'now').mockReturnValue(now + 181 * DAY);
  expect(await ask('alice')).toEqual({ known: null, last: null });
});
