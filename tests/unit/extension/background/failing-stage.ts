import { afterEach, beforeEach, jest } from '@jest/globals';
import type { CommandFailure } from '@cardwright/protocol/trace';
import { session } from '../../../support/fake-chrome.js';
import { settle } from './fake-port.js';
import { ORIGIN, SessionStage, type ScriptedHost } from './session-stage.js';

/** Milliseconds after which failures are written. */
export const WRITTEN_AFTER = 1_000;
/** A secret that must be found nowhere. */
export const PIN = '739164';
export const OTHER = 'https://other.example';

const stages: SessionStage[] = [];

/** A stage whose pages are closed at the end of the test. */
export async function open(...given: Parameters<typeof SessionStage.open>): Promise<SessionStage> {
  const stage = await SessionStage.open(...given);
  stages.push(stage);
  return stage;
}

/** Lets the tests of a file advance the time. */
export function playTime(): void {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick', 'performance', 'Date'] });
  });
  afterEach(() => {
    for (const { port } of stages.splice(0).flatMap(({ pages }) => pages)) port.close();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });
}

/** An error in a host's words, which may contain the PIN. */
export const wire = (name: string) => ({
  code: 1,
  message: `The PIN ${PIN} is wrong.`,
  data: { name, details: { pin: PIN, [PIN]: PIN }, helpDesk: { name: PIN } },
});

/** Has the host answer a method with an error. */
export function failAt(host: ScriptedHost, method: string, error: object): void {
  host.answers = {
    ...host.answers,
    [method]: ({ id }) => {
      host.say({ id, error });
      return null;
    },
  };
}

export function answerWith(host: ScriptedHost, method: string, result: object): void {
  host.answers = { ...host.answers, [method]: () => result };
}

export const lines = (failures: readonly CommandFailure[]): string[] =>
  failures.map(({ method, code }) => `${method} ${code}`);

/** Lists the kept failures of a site, or of all sites, one line each. */
export const kept = async (stage: SessionStage, origin: string | null = ORIGIN): Promise<string[]> =>
  lines(await stage.failures.of(origin));

/** Returns the stored failures as JSON, after the time in which they are written. */
export async function stored(): Promise<string> {
  jest.advanceTimersByTime(WRITTEN_AFTER);
  await settle();
  return JSON.stringify(session.content);
}
