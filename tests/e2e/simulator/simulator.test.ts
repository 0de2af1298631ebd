// Alone proves: the simulator obeys people, programs and its own page with real parts, and no other site.
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  answerProgram,
  obey,
  openControlPage,
  REQUEST_ERROR,
  Simulator,
  type ControlPage,
} from '@cardwright/simulator';
import { patiently, PortalUser, until, type CardFacts } from '@cardwright/stage';
import { ALICE, DEVICE_LIMIT, portalOf } from '../../support/portal-options.js';
import { thoroughDescribe } from '../../support/thorough.js';

const PIN = '739154';
const JSON_BODY = { 'content-type': 'application/json' };

let simulator: Simulator;
beforeAll(async () => {
  simulator = await Simulator.open({ portal: portalOf({ algorithm: 'P-256', deviceLimit: DEVICE_LIMIT }) });
});
afterAll(async () => {
  await expect(simulator.close()).resolves.toEqual([]);
});

const say = async (order: string): Promise<string> => (await obey(simulator, order)).says;

describe('the simulator, to a program', () => {
  let requests = 0;

  interface Answer {
    readonly result?: Readonly<Record<string, unknown>>;
    readonly error?: Readonly<Record<string, unknown>>;
  }

  /** Sends a request as a program does. */
  async function send(method: string, params: object): Promise<Answer> {
    const line = JSON.stringify({ jsonrpc: '2.0', id: (requests += 1), method, params });
    const answer = await answerProgram(simulator, line);
    expect(answer).not.toContain(PIN);
    return JSON.parse(answer) as Answer;
  }

  /** Expects that the order is carried out. */
  async function ask(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const { result, error } = await send(method, params);
    expect(error).toBeUndefined();
    return result ?? {};
  }
  const factsOf = async (name: string): Promise<CardFacts> => (await ask('card', { name })).facts as CardFacts;
  const ready = (): Promise<unknown> => ask('wait', { selector: 'cardwright-dialog[data-pane=ready]' });
  const failed = (code: string): Promise<unknown> => ask('wait', { selector: '.code', text: code });
  const close = (): Promise<unknown> => ask('click', { selector: 'cardwright-dialog[data-pane=ready] #done' });

  /** Expects the issued card to be the one that was begun, with the keys that it had, and no try lost. */
  function expectSame(before: CardFacts, after: CardFacts): void {
    expect(after).toMatchObject({
      serial: before.serial,
      pin: { triesLeft: 3, isFactory: false },
      puk: { triesLeft: 3, isFactory: false },
      managementKey: { isFactory: false },
    });
    expect(Object.keys(after.slots)).toEqual(expect.arrayContaining(['9A', '9C', '9D', '9E']));
  }

  beforeAll(async () => {
    await ask('open');
    await ask('type', { selector: '#username', text: ALICE.username });
    await ask('type', { selector: '#password', text: ALICE.password });
    await ask('click', { selector: '#login' });
    await ask('click', { selector: '#add-device' });
    await ask('press', { window: 'consent', button: 'allow' });
    await ask('wait', { selector: 'cardwright-dialog[data-pane=connect]' });
    await ask('click', { selector: '#cancel' });
  });

  it('issues the same card when it is back after it was pulled in the middle', async () => {
    await ask('insert', { card: 'yubikey', name: 'ada' });
    await ask('insert', { card: 'yubikey', name: 'bob' });
    await ask('pull-at-step', { step: 4 });
    await ask('click', { selector: '#add-device' });
    await failed('CARD_REMOVED');
    await expect(ask('state')).resolves.toMatchObject({
      card: null,
      failure: null,
      cards: [{ name: 'ada' }, { name: 'bob' }],
    });
    const before = await factsOf('bob');
    expect(before.guid).not.toBeNull();
    await ask('insert', { card: 'bob' });
    await ask('click', { selector: '#retry' });
    await expect(ask('enter', { newPin: PIN })).resolves.toMatchObject({ isClosed: true });
    await ready();
    const after = await factsOf('bob');
    expectSame(before, after);
    expect(after.guid).toBe(before.guid);
    for (const [slot, { publicKey }] of Object.entries(before.slots))
      expect(after.slots[slot]).toMatchObject({ publicKey });
    await close();
  });

  const KILLED = [
    ['host', 'native-host/dist/bundle', 'HOST_CRASHED'],
    // The host then notices that its browser is gone, and still says so itself.
    ['interposer', 'simulator/dist/interposer', 'CANCELLED'],
  ] as const;

  thoroughDescribe('after the death of what serves it', () => {
    it.each(KILLED)('serves the next host when a %s is killed in the middle', async (name, program, code) => {
      await ask('insert', { card: 'yubikey', name });
      await ask('click', { selector: '#add-device' });
      await simulator.stage.extensionWindow('secret');
      const before = await factsOf(name);
      const victims = simulator.stage.processes(program);
      expect(victims).toHaveLength(1);
      for (const pid of victims) process.kill(pid, 'SIGKILL');
      await failed(code);
      await expect(ask('state')).resolves.toMatchObject({
        card: { name },
        isRunning: { browser: true, service: true },
      });
      await ask('open');
      await ask('click', { selector: '#add-device' });
      await ask('enter', { newPin: PIN });
      await ready();
      expectSame(before, await factsOf(name));
      await close();
    });
  });

  thoroughDescribe('in the windows of the extension', () => {
    it('types another PIN after one that the window does not take, and closes the window', async () => {
      await ask('insert', { card: 'yubikey', name: 'dora' });
      await ask('click', { selector: '#add-device' });
      const refused = async (params: object): Promise<unknown> => (await send('enter', params)).error;
      await expect(refused({ newPin: '1' })).resolves.toMatchObject({ message: 'The window needs another entry.' });
      await expect(refused({ puk: PIN })).resolves.toMatchObject({ message: 'The window has no field #puk.' });
      await ask('press', { window: 'secret', button: 'cancel' });
      await ask('open');
      await ask('click', { selector: '#add-device' });
      await expect(refused({ newPin: '1' })).resolves.toMatchObject({ code: REQUEST_ERROR.notDone });
      await expect(ask('enter', { newPin: PIN })).resolves.toMatchObject({ isClosed: true });
      await ready();
      await close();
    });
  });

  thoroughDescribe('whatever else dies', () => {
    it('starts the smart card service again', async () => {
      await ask('insert', { card: 'yubikey', name: 'carl' });
      process.kill(simulator.stage.pcscd.pid ?? 0, 'SIGKILL');
      await until(async () => (await ask('state')).card === null, { what: 'the end of the card' });
      await expect(ask('insert', { card: 'carl' })).resolves.toMatchObject({ card: { name: 'carl' } });
      await expect(ask('state')).resolves.toMatchObject({ card: { name: 'carl' }, isRunning: { service: true } });
    });

    it('starts the portal and the browser again', async () => {
      await simulator.stage.portal.kill();
      simulator.stage.browser.browser.process()?.kill('SIGKILL');
      await until(() => !simulator.stage.browser.browser.connected, { what: 'the end of the browser' });
      await expect(ask('state')).resolves.toMatchObject({ isRunning: { browser: false, portal: false } });
      await ask('open');
      await ask('wait', { selector: '#login' });
      await expect(ask('state')).resolves.toMatchObject({ isRunning: { browser: true, portal: true } });
    });
  });
});

thoroughDescribe('the simulator, to its author', () => {
  let alice: PortalUser;

  beforeAll(async () => {
    await say('restore');
    await say('pull');
    alice = await PortalUser.login(simulator.stage, ALICE);
    await alice.addDevice();
    await alice.allowSite();
    await alice.wizard.paneBehind('connect');
    await alice.click('#cancel');
    await alice.wizard.closes();
  });
  afterEach(async () => {
    await alice.reload();
    await say('restore');
  });

  it.each([
    ['fail no-host', 'HOST_MISSING'],
    ['fail no-pcscd', 'PCSC_UNAVAILABLE'],
    ['error INTERNAL device.list', 'INTERNAL'],
  ])('shows what a portal shows after: %s', async (order, code) => {
    await say(order);
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code });
  });

  it('pulls the card at the named step', async () => {
    await say('pull-at-step 3');
    await say('insert yubikey');
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CARD_REMOVED' });
  });

  it('answers in place of the portal', async () => {
    await say('insert yubikey');
    await say('fail ca-refuses');
    await say('insert yubikey');
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CA_REFUSED' });
  });

  it('offers to erase a card that is blocked', async () => {
    await say('fail pin-blocked');
    await alice.addDevice();
    await alice.wizard.pane('choose');
    await alice.reads('Its PIN and PUK are blocked');
  });
});

describe("the simulator's page", () => {
  let control: ControlPage;

  beforeAll(async () => {
    control = await openControlPage(simulator);
  });
  afterAll(() => control.close());

  it('stages a failure with a click', async () => {
    const page = patiently(await simulator.stage.browser.browser.newPage());
    await page.goto(control.url);
    await page.waitForSelector('[data-order="fail mute-card"]');
    await page.click('[data-order="fail mute-card"]');
    await page.waitForSelector('[data-order="fail mute-card"][aria-pressed="true"]');
    expect(simulator.standing).toMatchObject({ card: { kind: 'yubikey' }, failure: 'mute-card' });
    await page.close();
  });

  it('takes no order from another site, nor under another name', async () => {
    const { origin, search } = new URL(control.url);
    const body = JSON.stringify({ order: 'list' });
    const order = (address: string, headers = JSON_BODY) => fetch(address, { method: 'POST', body, headers });
    await expect(order(`${origin}/order`)).resolves.toMatchObject({ status: 403 });
    await expect(order(`${origin}/order?token=guess`)).resolves.toMatchObject({ status: 403 });
    await expect(sendAs('rebound.example', new URL(`/order${search}`, origin), body)).resolves.toBe(403);
    await expect(order(`${origin}/order${search}`)).resolves.toMatchObject({ status: 200 });
  });

  it('takes none from a page of another origin, even with the token', async () => {
    const { origin, port, search } = new URL(control.url);
    await say('insert yubikey');
    const page = patiently(await simulator.stage.browser.browser.newPage());
    // Another name, so another origin. The simulator itself answers there, and refuses.
    await page.goto(`http://localhost:${port}/`);
    const outcomes = await page.evaluate(
      async (address, body) => {
        const send = (init: RequestInit): Promise<string> =>
          fetch(address, { method: 'POST', body, ...init }).then(
            (response) => `${response.type} ${response.status}`,
            () => 'refused',
          );
        const asJson = { headers: { 'content-type': 'application/json' } };
        return [await send(asJson), await send({}), await send({ mode: 'no-cors' })];
      },
      `${origin}/order${search}`,
      JSON.stringify({ order: 'pull' }),
    );
    // The opaque request arrived at the simulator, which refused it.
    expect(outcomes).toEqual(['refused', 'refused', 'opaque 0']);
    expect(simulator.standing.card).toMatchObject({ kind: 'yubikey' });
    await page.close();
  });

  it('does not repeat an order that it cannot read', async () => {
    const { origin, search } = new URL(control.url);
    const broken = `{"order":"enter ${PIN}"`;
    const answer = await fetch(`${origin}/order${search}`, { method: 'POST', headers: JSON_BODY, body: broken });
    expect(answer.status).toBe(400);
    await expect(answer.text()).resolves.not.toContain(PIN);
  });
});

/** Returns the status for an order under another host name, as after DNS rebinding. */
function sendAs(host: string, { hostname, port, pathname, search }: URL, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { ...JSON_BODY, host };
    const sent = request({ hostname, port, path: `${pathname}${search}`, method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
