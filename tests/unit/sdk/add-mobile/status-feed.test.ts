import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { EnrolmentState, EnrolmentStatus } from '@cardwright/protocol/mobile';
import { CmsClient } from '@cardwright/sdk';
import { StatusFeed } from '../../../../sdk/src/elements/add-mobile/status-feed.js';
import { FakeStream } from './fake-stream.js';
import { ENROLMENT, PHONE, statusIn } from './enrolment-statuses.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A feed with its reports, and a CMS with scripted events and answers. */
class Following {
  readonly streams: FakeStream[] = [];
  readonly heard: EnrolmentState[] = [];
  readonly absences: boolean[] = [];
  /** The answer to a poll of the status; an error stands for itself. */
  answer: EnrolmentStatus | CardwrightError = statusIn('waiting');
  asked = 0;
  readonly #aborting = new AbortController();
  readonly feed = new StatusFeed({
    cms: new CmsClient('/api', { fetch: () => this.#fetch() }),
    first: statusIn('waiting'),
    signal: this.#aborting.signal,
    onStatus: ({ state }) => this.heard.push(state),
    onAbsence: (isAway) => this.absences.push(isAway),
    openEvents: (address) => {
      const stream = new FakeStream(address);
      this.streams.push(stream);
      return stream;
    },
  });
  readonly end = this.feed.follow().catch((error: unknown) => error);

  get stream(): FakeStream {
    const last = this.streams.at(-1);
    if (!last) throw new Error('no connection was opened');
    return last;
  }

  tell(status: EnrolmentStatus): void {
    this.stream.say(JSON.stringify(status));
  }

  stop(): void {
    this.#aborting.abort();
  }

  #fetch(): Promise<Response> {
    this.asked += 1;
    const { answer } = this;
    if (!(answer instanceof CardwrightError)) return Promise.resolve(Response.json(answer));
    if (answer.code === 'CMS_UNREACHABLE') return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve(Response.json({ error: answer.toWire() }, { status: 409 }));
  }
}

const pass = (seconds: number): Promise<void> => jest.advanceTimersByTimeAsync(seconds * 1000);

describe('a feed of events', () => {
  it('receives each status until the enrolment is over, on one connection', async () => {
    const following = new Following();
    for (const state of ['waiting', 'opened', 'downloaded', 'to-confirm', 'enrolling', 'issued', 'installed'] as const)
      following.tell(statusIn(state));
    expect(await following.end).toBeUndefined();
    expect(following.heard.join(' ')).toBe('waiting opened downloaded to-confirm enrolling issued installed');
    expect(following.streams.map(({ address, isOpen }) => ({ address, isOpen }))).toEqual([
      { address: `/api/mobile/enrolments/${ENROLMENT}/events`, isOpen: false },
    ]);
    expect(following.asked).toBe(0);
  });

  it.each([
    ['is not JSON', 'installed'],
    ['is no text', 7],
    ['is of another enrolment', { ...statusIn('installed'), enrolment: '4d5dcbd3-9a0a-4f0e-8a70-6a4f0f9f1b11' }],
    ['has a state that there is none of', { ...statusIn('installed'), state: 'done' }],
    ['tells more than the contract', { ...statusIn('installed'), udid: '00008140-000A' }],
    ['wants a phone confirmed that it does not name', statusIn('to-confirm', { phone: null })],
    ['failed without a reason', statusIn('failed', { failure: null })],
    ['counts more certificates than were ordered', statusIn('issued', { certificates: { ordered: 1, issued: 2 } })],
  ])('does not believe an event that %s, and polls instead', async (_why, event) => {
    const following = new Following();
    following.stream.say(typeof event === 'object' ? JSON.stringify(event) : event);
    await pass(0);
    expect(following.heard).toEqual(['waiting']);
    expect(following.asked).toBe(1);
    expect(following.stream.isOpen).toBe(false);
    following.stop();
  });

  it('never goes back, and accepts only the phone that the user was shown', async () => {
    const following = new Following();
    following.tell(statusIn('downloaded'));
    following.tell(statusIn('opened'));
    following.tell(statusIn('to-confirm'));
    following.tell(statusIn('waiting', { phone: PHONE }));
    following.tell(statusIn('to-confirm', { phone: { ...PHONE, serial: 'OTHERPHONE' } }));
    following.tell(statusIn('enrolling', { phone: { ...PHONE, serial: 'OTHERPHONE' } }));
    following.tell(statusIn('installed', { phone: { ...PHONE, serial: 'OTHERPHONE' } }));
    await pass(0);
    expect(following.heard).toEqual(['downloaded', 'to-confirm']);
    expect(following.feed.last.phone).toEqual(PHONE);
    following.stop();
  });

  it('connects again after a broken connection, and polls meanwhile', async () => {
    const following = new Following();
    following.tell(statusIn('opened'));
    following.answer = statusIn('downloaded');
    following.stream.breakOff();
    await pass(0);
    expect(following.heard).toEqual(['opened', 'downloaded']);
    await pass(3);
    expect(following.streams).toHaveLength(2);
    following.tell(statusIn('to-confirm'));
    expect(following.heard).toEqual(['opened', 'downloaded', 'to-confirm']);
    following.stop();
    expect(await following.end).toBeUndefined();
    expect(following.streams.filter(({ isOpen }) => isOpen)).toEqual([]);
  });

  it('treats a silent connection as a broken one', async () => {
    const following = new Following();
    following.tell(statusIn('opened'));
    await pass(31);
    expect(following.streams).toHaveLength(2);
    // Nothing comes through the new connection, not even the status that is sent at once.
    await pass(6);
    expect(following.asked).toBe(1);
    following.stop();
  });

  it('only polls if no event ever comes through', async () => {
    const following = new Following();
    for (let connection = 0; connection < 3; connection += 1) {
      following.stream.breakOff();
      await pass(3);
    }
    expect(following.streams).toHaveLength(3);
    following.answer = statusIn('installed');
    await pass(3);
    expect(await following.end).toBeUndefined();
    expect(following.heard.at(-1)).toBe('installed');
    expect(following.streams).toHaveLength(3);
  });

  it('waits for a CMS that is away, however long, and reports it', async () => {
    const following = new Following();
    following.answer = new CardwrightError('CMS_UNREACHABLE');
    following.stream.breakOff();
    await pass(300);
    expect(following.absences.at(-1)).toBe(true);
    following.answer = statusIn('downloaded');
    await pass(9);
    expect(following.absences.at(-1)).toBe(false);
    expect(following.heard.at(-1)).toBe('downloaded');
    following.stop();
  });

  it.each([new CardwrightError('ENROLMENT_NOT_FOUND'), new CardwrightError('LOGIN_REQUIRED', { fresh: false })])(
    'ends if the CMS answers $code',
    async (error) => {
      const following = new Following();
      following.answer = error;
      following.stream.breakOff();
      expect(await following.end).toMatchObject({ code: error.code });
      expect(following.stream.isOpen).toBe(false);
    },
  );

  it('polls at once when a time is over', async () => {
    const following = new Following();
    following.tell(statusIn('waiting'));
    following.answer = statusIn('failed', { failure: new CardwrightError('LINK_EXPIRED').toWire() });
    following.feed.hurry();
    expect(await following.end).toBeUndefined();
    expect(following.heard.at(-1)).toBe('failed');
  });
});
