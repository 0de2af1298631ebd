import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { EnrolmentStatus, MobileOffer } from '@cardwright/protocol/mobile';
import { CmsClient } from '@cardwright/sdk';
import { Enrolment } from '../../../../sdk/src/elements/add-mobile/enrolment.js';
import type { MobilePane } from '../../../../sdk/src/elements/add-mobile/mobile-pane.js';
import { FakeStream } from './fake-stream.js';
import { ENROLMENT, PHONE, statusIn } from './enrolment-statuses.js';

const LINK = 'https://portal.example/mobile/enrol/AAAAAAAAAAAAAAAAAAAAAA';
const OFFER: MobileOffer = { proof: 'none', verified: true };

/** An enrolment with a scripted CMS. */
class Scene {
  readonly panes: MobilePane['name'][] = [];
  readonly statuses: EnrolmentStatus['state'][] = [];
  /** Requests as `POST mobile/enrolments {}`. */
  readonly sent: string[] = [];
  offer: MobileOffer = OFFER;
  /** The CMS's answer to all requests while it is away. */
  outage: CardwrightError | undefined;
  /** Answers by path below that of the enrolment: an error stands for itself, `lost` for no answer. */
  readonly answers = new Map<string, EnrolmentStatus | CardwrightError | 'lost'>();
  /** Withholds the answer to the start. */
  held: Promise<void> | undefined;
  #stream: FakeStream | undefined;
  readonly enrolment = new Enrolment(
    new CmsClient('/api', { fetch: (address, init) => this.#fetch(address, init) }),
    {
      onPane: ({ name }) => this.panes.push(name),
      onOffer: () => undefined,
      onStatus: ({ state }) => this.statuses.push(state),
      onAbsence: () => undefined,
    },
    (address) => (this.#stream = new FakeStream(address)),
  );

  async see(pane: MobilePane['name']): Promise<void> {
    for (let turn = 0; this.panes.at(-1) !== pane; turn += 1) {
      if (turn > 100) throw new Error(`It shows ${this.panes.at(-1) ?? 'nothing'} and not ${pane}.`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  tell(status: EnrolmentStatus): void {
    this.#stream?.say(JSON.stringify(status));
  }

  /** Advances to the question whether this is the user's phone. */
  async askAboutPhone(): Promise<void> {
    this.enrolment.run();
    await this.see('code');
    this.tell(statusIn('to-confirm'));
    await this.see('confirm');
  }

  async #fetch(address: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    const path = typeof address === 'string' ? address.slice('/api/'.length) : '';
    const body = typeof init.body === 'string' ? ` ${init.body}` : '';
    this.sent.push(`${init.method ?? ''} ${path}${body}`);
    if (this.outage) return Response.json({ error: this.outage.toWire() }, { status: 503 });
    if (path === 'mobile') return Response.json(this.offer);
    if (path === 'mobile/enrolments') {
      await this.held;
      return Response.json({ link: LINK, status: statusIn('waiting') });
    }
    const answer = this.answers.get(path.slice(`mobile/enrolments/${ENROLMENT}/`.length)) ?? statusIn('cancelled');
    if (answer === 'lost') throw new TypeError('Failed to fetch');
    if (answer instanceof CardwrightError) return Response.json({ error: answer.toWire() }, { status: 409 });
    return Response.json(answer);
  }
}

/** Stands in for the console, and keeps what the page's developer reads there. */
const hushed = () => jest.spyOn(console, 'warn').mockImplementation(() => undefined);
afterEach(() => void jest.restoreAllMocks());

const CANCEL = `POST mobile/enrolments/${ENROLMENT}/cancel {}`;

describe('the answer to whether this is the right phone', () => {
  it('names the phone that was shown', async () => {
    const scene = new Scene();
    await scene.askAboutPhone();
    scene.answers.set('confirm', statusIn('enrolling'));
    // An attacker substitutes another phone before the click.
    scene.tell(statusIn('to-confirm', { phone: { ...PHONE, serial: 'OTHERPHONE' } }));
    await scene.enrolment.confirm();
    expect(scene.sent.at(-1)).toBe(`POST mobile/enrolments/${ENROLMENT}/confirm {"serial":"${PHONE.serial}"}`);
    expect(scene.panes.at(-1)).toBe('certificates');
  });

  it('is sent once, however often the user clicks', async () => {
    const scene = new Scene();
    await scene.askAboutPhone();
    scene.answers.set('confirm', statusIn('enrolling'));
    await Promise.all([scene.enrolment.confirm(), scene.enrolment.confirm()]);
    scene.enrolment.reject();
    expect(scene.sent.filter((one) => one.includes('/confirm'))).toHaveLength(1);
    expect(scene.panes.at(-1)).toBe('certificates');
  });

  it('needs no answer of the CMS if the events report the same', async () => {
    const scene = new Scene();
    await scene.askAboutPhone();
    scene.answers.set('confirm', 'lost');
    const confirmed = scene.enrolment.confirm();
    scene.tell(statusIn('enrolling'));
    await confirmed;
    expect(scene.panes.at(-1)).toBe('certificates');
  });

  it('stays refused, whatever comes afterwards', async () => {
    const scene = new Scene();
    await scene.askAboutPhone();
    scene.answers.set('confirm', new CardwrightError('DEVICE_LIMIT', { limit: 2 }));
    await scene.enrolment.confirm();
    scene.tell(statusIn('to-confirm'));
    expect(scene.panes.at(-1)).toBe('error');
    await scene.enrolment.cancel();
    expect(scene.sent.at(-1)).toBe(CANCEL);
  });

  it('shows nothing more after a rejection, even if the CMS cannot be reached', async () => {
    const warned = hushed();
    const scene = new Scene();
    await scene.askAboutPhone();
    scene.answers.set('cancel', new CardwrightError('CMS_UNREACHABLE'));
    scene.enrolment.reject();
    scene.tell(statusIn('enrolling'));
    await scene.enrolment.cancel();
    expect(scene.panes.at(-1)).toBe('rejected');
    expect(scene.sent.filter((one) => one === CANCEL)).toHaveLength(1);
    expect(warned).toHaveBeenCalledTimes(1);
  });
});

describe('an enrolment that a mobile device has reached', () => {
  const STARTED = 'POST mobile/enrolments {}';

  it.each([
    ['downloaded', 'install'],
    ['to-confirm', 'confirm'],
    ['enrolling', 'certificates'],
    ['issued', 'certificates'],
  ] as const)('is continued from %s, and not started again', async (state, pane) => {
    const scene = new Scene();
    scene.offer = { proof: 'password', verified: true, underWay: statusIn(state) };
    scene.enrolment.run();
    await scene.see(pane);
    scene.tell(statusIn('installed'));
    expect(scene.panes).toEqual(['preparing', pane, 'installed']);
    expect(scene.sent).toEqual(['GET mobile']);
  });

  it('asks about the phone that waits', async () => {
    const scene = new Scene();
    scene.offer = { ...OFFER, underWay: statusIn('to-confirm') };
    scene.enrolment.run();
    await scene.see('confirm');
    scene.answers.set('confirm', statusIn('enrolling'));
    await scene.enrolment.confirm();
    expect(scene.sent.at(-1)).toBe(`POST mobile/enrolments/${ENROLMENT}/confirm {"serial":"${PHONE.serial}"}`);
  });

  it.each(['waiting', 'opened', 'installed', 'cancelled'] as const)(
    'is none that is %s, whatever the CMS says',
    async (state) => {
      const scene = new Scene();
      scene.offer = { ...OFFER, underWay: statusIn(state) };
      scene.enrolment.run();
      await scene.see('code');
      expect(scene.sent).toContain(STARTED);
    },
  );

  it('is found again after the CMS was away', async () => {
    const scene = new Scene();
    scene.offer = { ...OFFER, underWay: statusIn('to-confirm') };
    scene.outage = new CardwrightError('CMS_UNREACHABLE');
    scene.enrolment.run();
    await scene.see('error');
    scene.outage = undefined;
    scene.enrolment.run();
    await scene.see('confirm');
  });

  it('ends when the user asks for a new code', async () => {
    const scene = new Scene();
    scene.offer = { ...OFFER, underWay: statusIn('downloaded') };
    scene.enrolment.run();
    await scene.see('install');
    scene.enrolment.run();
    await scene.see('code');
    expect(scene.panes).toEqual(['preparing', 'install', 'preparing', 'code']);
    expect(scene.sent).toEqual(['GET mobile', CANCEL, 'GET mobile', STARTED]);
  });

  it('does not come back after the user has rejected the phone, even if the CMS did not hear it', async () => {
    const warned = hushed();
    const scene = new Scene();
    await scene.askAboutPhone();
    scene.answers.set('cancel', 'lost');
    scene.enrolment.reject();
    scene.offer = { ...OFFER, underWay: statusIn('to-confirm') };
    scene.enrolment.run();
    await scene.see('code');
    expect(scene.panes).toEqual(['preparing', 'code', 'confirm', 'rejected', 'preparing', 'code']);
    expect(scene.sent.filter((one) => one === STARTED)).toHaveLength(2);
    expect(warned).toHaveBeenCalledTimes(1);
  });
});

describe('a cancelled enrolment', () => {
  it('is cancelled at the CMS too if it had only just begun', async () => {
    const scene = new Scene();
    let answer: () => void = () => undefined;
    scene.held = new Promise((resolve) => {
      answer = resolve;
    });
    scene.enrolment.run();
    while (!scene.sent.includes('POST mobile/enrolments {}')) await new Promise((resolve) => setImmediate(resolve));
    const ended = scene.enrolment.cancel();
    answer();
    await ended;
    expect(scene.sent.at(-1)).toBe(CANCEL);
    expect(scene.panes).toEqual(['preparing']);
  });

  it('reports that the mobile device was faster', async () => {
    const scene = new Scene();
    await scene.askAboutPhone();
    scene.answers.set('cancel', statusIn('installed'));
    await scene.enrolment.cancel();
    expect(scene.statuses.at(-1)).toBe('installed');
  });

  it.each(['sent', 'installed'] as const)('is not cancelled twice, nor once everything was sent: %s', async (state) => {
    const scene = new Scene();
    await scene.askAboutPhone();
    scene.tell(statusIn(state));
    await scene.enrolment.cancel();
    expect(scene.sent).not.toContain(CANCEL);
  });

  it('leaves no password behind, and sends none', async () => {
    const scene = new Scene();
    scene.offer = { proof: 'password', verified: true };
    scene.enrolment.run();
    await scene.see('password');
    await scene.enrolment.cancel();
    expect(scene.sent).toEqual(['GET mobile']);
  });
});
