import type { Eligibility, OperationAnswer, StartRequest } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { PublicJwkSet } from '@cardwright/protocol/schemas';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { LANGUAGES } from '@cardwright/words';
import { signInitialPin, type DisplayWindow, type ShownDevice } from './actions/initial-pin.js';
import { takeBackWork } from './actions/ask-for-work.js';
import { perform, workOf, type ActionName } from './actions/operator-actions.js';
import { startAgain } from './actions/owner-actions.js';
import { askForReplacement, report, takeBack } from './actions/owner-reports.js';
import { rename } from './actions/rename.js';
import { issueUnlockCode } from './actions/unlock-code.js';
import type { ActingOperator } from './devices/acting-operator.js';
import { boundAuthority } from './authority/bounded-authority.js';
import { DEFAULT_CERTIFICATE_POLICIES } from './authority/certificate-policies.js';
import { judgeCards } from './devices/judge-cards.js';
import { endExpiredWork } from './devices/waiting-work.js';
import type { UnlockCode } from './devices/unlock-code.js';
import { requireNoticeTimeout, tellDueNotices } from './notices/tell-notices.js';
import type { OnNotice } from './notices/on-notice.js';
import type { Holdings, OperationDefinition } from './operations/definition.js';
import { Engine, type OfferedOperation } from './operations/engine.js';
import { countOthersCards, spend } from './operations/quotas.js';
import type { Quotas, Requester, Services } from './operations/services.js';
import { boundService } from './passkeys/bounded-service.js';
import type { PasskeyService } from './passkeys/passkey-service.js';
import { askServices } from './passkeys/passkeys-in-question.js';
import { removeDuePasskeys } from './passkeys/removal.js';
import type { DeviceState } from './rules/device-state.js';
import { STANDARD_OPERATIONS } from './standard-operations.js';
import { inTransaction } from './store/in-transaction.js';
import type { Device, Person } from './store/rows.js';
import { sentenceOf } from './words/reasons.js';

/** Options of `createCms`. */
export interface CmsOptions
  extends Pick<Services, 'store' | 'authority'>, Partial<Omit<Services, 'origin' | 'store' | 'authority'>> {
  /** The CMS's own origin, as browsers see it. May be a function, if the origin is not known yet when the CMS is made. */
  readonly origin: string | (() => string);
  /** Operations of the CMS; by default `STANDARD_OPERATIONS`. */
  readonly operations?: readonly OperationDefinition[];
  /** Milliseconds that a passkey service may take for one answer; 10 seconds by default. After that the service counts as unreachable. */
  readonly passkeyTimeout?: number;
  /**
   * Finds the person with this id, who owns a passkey, for `removeDuePasskeys`. Returns undefined if the CMS no longer knows the person. The passkeys
   * of an unknown person stay due, so without this function no passkey is removed.
   */
  readonly findPerson?: (id: string) => Promise<Person | undefined>;
  /**
   * Tells the owner of a device of something that they must know: `tellDueNotices` calls this function. Without it, nobody is told.
   */
  readonly onNotice?: OnNotice;
  /** Milliseconds that `onNotice` may take for one notice, at most four minutes; 10 seconds by default. After that the notice is tried later. */
  readonly noticeTimeout?: number;
  /** Milliseconds that the authority may take for one certificate; 10 seconds by default. After that the authority counts as unreachable. */
  readonly authorityTimeout?: number;
}

/** A CMS: the methods behind its pages and its HTTP contract, for any transport. */
export interface Cms {
  /** The CMS's own origin, as browsers see it. */
  readonly origin: string;
  /** Tags of the languages in which the CMS answers: the languages of this package, and the languages in which the operations are named. */
  readonly languages: readonly string[];
  /** The CMS's public keys, as its server must publish them at /.well-known/cardwright. */
  readonly publishedKeys: PublicJwkSet;
  /**
   * Decides for each device what the requester may do about an operation of this kind: start it, continue an interrupted operation, have the device
   * erased first, or nothing.
   *
   * @throws CardwrightError `RATE_LIMITED`; `INVALID_PARAMS` if the CMS has no operation of that kind
   */
  judge(requester: Requester, kind: StartRequest['kind'], devices: readonly DeviceInfo[]): Promise<Eligibility[]>;
  /** Lists the operations that owners of devices can be offered, with the labels of their buttons in a language. */
  offers(language: string): readonly OfferedOperation[];
  /**
   * Lists the kinds of operations that the owner of this device is offered, judged by what is stored of the device, without its card. Operations
   * that depend on certificates, such as `renew`, are offered only if `holdings` is given.
   */
  offeredFor(device: Device, holdings?: Holdings): readonly string[];
  /**
   * Starts an operation on a device, or resumes the operation that was interrupted on the device.
   * @throws CardwrightError `DEVICE_NOT_ELIGIBLE`, `LOGIN_REQUIRED` if the operation wants a fresh proof, `CODE_NEEDED`, `CODE_INCORRECT`,
   * `WORK_OVER`, `RATE_LIMITED`, `INVALID_PARAMS`
   */
  start(requester: Requester, request: StartRequest): Promise<OperationAnswer>;
  /**
   * Takes the results of a step, and answers with what follows: the next step, the end of the session, or the end of the operation.
   *
   * @throws CardwrightError `OPERATION_NOT_FOUND`, `OPERATION_MOVED`, `INVALID_PARAMS`, `CA_UNAVAILABLE`, `PASSKEY_SERVICE_UNAVAILABLE`
   */
  continue(
    requester: Requester,
    operation: string,
    step: number,
    outcomes: readonly CommandOutcome[],
  ): Promise<OperationAnswer>;
  /**
   * Cancels an operation. If the operation has already ended with an answer, returns that answer. If `hostSession` (the id of a host's session) is
   * given, and another session runs the operation, throws `OPERATION_MOVED`.
   * @throws CardwrightError `OPERATION_NOT_FOUND`, `OPERATION_MOVED`
   */
  cancel(requester: Requester, operation: string, hostSession?: string): Promise<OperationAnswer>;
  /** Releases a failed device that the person owns, so that the person can start again. @throws CardwrightError `DEVICE_STATE` */
  startAgain(person: Person, device: string): Promise<void>;
  /**
   * Gives a device that the person owns and uses a name, or takes its name away. Operators decide on what they saw in spite of a new name, because
   * `deviceVersion` does not cover it.
   *
   * @param request the body of the page's request: `{ name }`, 1 to 60 characters that can all be seen, or null
   * @returns the name as it is kept: without spaces at its ends, in normalisation form C
   * @throws CardwrightError `DEVICE_STATE`, `RATE_LIMITED`, `INVALID_PARAMS`
   */
  rename(person: Person, device: string, request: unknown): Promise<Device['name']>;
  /**
   * Suspends a device of the person, who reports what happened to it. Being signed in is enough.
   *
   * @param request the body of the page's request: `{ incident }`
   * @throws CardwrightError `DEVICE_STATE`, `INVALID_PARAMS`
   */
  report(person: Person, device: string, request: unknown): Promise<void>;
  /** Takes the report about a device of the requester back. @throws CardwrightError `DEVICE_STATE`, `LOGIN_REQUIRED` without a fresh proof */
  takeBack(requester: Requester, device: string): Promise<void>;
  /**
   * Lets the requester's next device replace a reported one, beyond the limit by one. The reported device ends once the other one is active.
   *
   * @throws CardwrightError `DEVICE_STATE`, `LOGIN_REQUIRED` without a fresh proof
   */
  replace(requester: Requester, device: string): Promise<void>;
  /**
   * Performs an operator's action on the device that the operator has seen; see `OPERATOR_ACTIONS`.
   *
   * @param request the body of the page's request: `{ seen, reason?, days? }`, where `seen` is the `deviceVersion` that the page shows, and `days` says
   * how long work waits that the action asks the owner for
   * @returns the state of the device afterwards
   * @throws CardwrightError `DEVICE_CHANGED`, `DEVICE_STATE`, `DEVICE_NOT_ELIGIBLE`, `FORBIDDEN`, `INVALID_PARAMS`
   */
  perform(operator: ActingOperator, action: ActionName, device: string, request: unknown): Promise<DeviceState>;
  /**
   * Takes back work that the operator asked the owner of a device for. An operation that the owner has started for it continues.
   *
   * @returns `isRunning`: true if the owner has started it
   * @throws CardwrightError `WORK_OVER` if it no longer waits, `FORBIDDEN` if another operator asked for it
   */
  takeBackWork(operator: Person, device: string, work: string): Promise<{ readonly isRunning: boolean }>;
  /**
   * Issues a one-time code for a device. The operator reads the code out to the device's owner, who starts `unlock` with it if the device's
   * policy wants a code (`unlockNeedsCode`). The code is valid for ten minutes and for one operation. Only this call returns the code.
   *
   * @param request the body of the page's request: `{ seen }`, the `deviceVersion` that the page shows
   * @throws CardwrightError `DEVICE_CHANGED`, `DEVICE_STATE`, `FORBIDDEN` for the operator's own device or that of someone of
   * whom the operator is not independent, `RATE_LIMITED`, `INVALID_PARAMS`
   */
  issueUnlockCode(operator: ActingOperator, device: string, request: unknown): Promise<UnlockCode>;
  /**
   * Makes the signed message (a JWS) with which a window of the extension shows a device's initial PIN to an operator.
   *
   * @throws CardwrightError `DEVICE_STATE` if the device is neither pending nor active, or is not known to have its initial PIN, or if the CMS has no
   * escrow, applied to the card, with that PIN
   */
  signInitialPin(operator: Person, device: ShownDevice, window: DisplayWindow): Promise<string>;
  /**
   * Calls the passkey services to remove passkeys whose devices have ended: at most 2,000, the longest due first. A passkey that cannot be
   * removed now stays due. Call this after anything that can end a device, when the server starts, and every few minutes.
   *
   * @param signal aborts the work before the next passkey; errors until then are not thrown, because those passkeys stay due
   * @returns the number of passkeys removed
   * @throws the first error other than a service's `PASSKEY_SERVICE_UNAVAILABLE` and `PASSKEY_SERVICE_REFUSED`, after all other removals were
   * tried
   */
  removeDuePasskeys(signal?: AbortSignal): Promise<number>;
  /**
   * Calls `onNotice` for each notice that is due, at most 1,000 in one run: changes of a device (issued, unlocked, suspended, terminated), work that
   * an operator asks for, and certificates that end in 30 days, in 7 days and in one day. Call this every few minutes. Any number of processes may call it: each notice is
   * told once. If `onNotice` throws or does not end in time, the notice is tried again later, five times in all.
   *
   * @param signal ends the run before the next notice
   * @returns the number of notices told; 0 without `onNotice`
   * @throws the first error of `onNotice`, after the other notices were tried
   */
  tellDueNotices(signal?: AbortSignal): Promise<number>;
  /**
   * Ends work whose time is over, at most 1,000 in one run, so that the audit log says so. No owner can start it in any case. Call this every few
   * minutes.
   *
   * @param signal ends the run before the next device
   * @returns the number of works ended
   */
  endExpiredWork(signal?: AbortSignal): Promise<number>;
}

/**
 * Default quotas. Finite are only the quotas of one-time codes, because a code is short enough to be guessed, and of new names and
 * of reports that are taken back, because those take no card and each is an entry of the audit log.
 */
const DEFAULT_QUOTAS: Quotas = {
  operationsPerHour: Infinity,
  witnessesPerHour: Infinity,
  cardsPerHour: Infinity,
  othersCardsPerHour: Infinity,
  codeTriesPerHour: 20,
  unlockCodesPerHour: 60,
  renamesPerHour: 60,
  reportsPerHour: 20,
};
const DEVICE_LIMIT = 10;
const DAY = 24 * 60 * 60 * 1000;
const AUTHORITY_TIMEOUT = 10_000;
const PASSKEY_TIMEOUT = 10_000;
const NOTICE_TIMEOUT = 10_000;

/**
 * Makes a CMS from a store and a certification authority.
 *
 * @throws Error if two operations have the same kind, or two passkey services the same name, or if `noticeTimeout` is too long
 * @example
 * const cms = createCms({ store: await memoryStore(), authority, origin: 'https://cms.example.com' });
 */
export function createCms(options: CmsOptions): Cms {
  const {
    operations = STANDARD_OPERATIONS,
    origin,
    authority,
    authorityTimeout = AUTHORITY_TIMEOUT,
    ...rest
  } = options;
  const { passkeyServices = [], passkeyTimeout = PASSKEY_TIMEOUT, findPerson = nobody, ...others } = rest;
  const { onNotice, noticeTimeout = NOTICE_TIMEOUT, ...given } = others;
  requireNames(passkeyServices);
  requireNoticeTimeout(noticeTimeout);
  const services: Services = {
    certificatePolicies: DEFAULT_CERTIFICATE_POLICIES,
    deviceLimit: DEVICE_LIMIT,
    quotas: DEFAULT_QUOTAS,
    operationAge: DAY,
    now: () => new Date(),
    ...given,
    authority: boundAuthority(authority, authorityTimeout),
    passkeyServices: passkeyServices.map((service) => boundService(service, passkeyTimeout)),
    get origin() {
      return typeof origin === 'function' ? origin() : origin;
    },
  };
  const { store, now, passkeyServices: bounded } = services;
  const removing = { store, now, passkeyServices: bounded, findPerson };
  const engine = new Engine(services, operations);
  return {
    get origin() {
      return services.origin;
    },
    languages: [
      ...new Set([...LANGUAGES, ...operations.flatMap(({ title, label }) => Object.keys({ ...title, ...label }))]),
    ],
    publishedKeys: services.store.keys.published,
    async judge({ person, language }, kind, devices) {
      const { eligibility } = engine.definitionOf(kind);
      await spend(store, person, 'card', services.quotas.cardsPerHour, Math.max(1, devices.length));
      const passkeys = await askServices(services, person, devices);
      const judged = await store.transaction((transaction) =>
        judgeCards(services, transaction, person, devices, passkeys, eligibility),
      );
      // Counted outside the transaction, so that a refusal counts too.
      await countOthersCards(services, store, person, judged);
      return devices.map(({ id }, index) => {
        const { action, reason } = judged[index]?.verdict ?? { action: null, reason: null };
        return { device: id, action, reason: reason && sentenceOf(reason, language) };
      });
    },
    offers: (language) => engine.offers(language),
    offeredFor: (device, holdings) => engine.offeredFor(device, holdings),
    start: (requester, request) => engine.start(requester, request),
    continue: (requester, operation, step, outcomes) => engine.continue(requester, operation, step, outcomes),
    cancel: (requester, operation, hostSession) => engine.cancel(requester, operation, hostSession),
    startAgain: (person, device) => inTransaction(services, (records) => startAgain(records, person, device)),
    rename: (person, device, request) =>
      inTransaction(services, (records) => rename(services, records, person, device, request)),
    report: (person, device, request) =>
      inTransaction(services, (records) => report(services, records, person, device, request)),
    takeBack: (requester, device) =>
      inTransaction(services, (records) => takeBack(services, records, requester, device)),
    replace: (requester, device) => inTransaction(services, (records) => askForReplacement(records, requester, device)),
    perform: async (operator, action, device, request) => {
      const asksFor = workOf(action);
      if (asksFor !== null) engine.definitionOf(asksFor);
      return inTransaction(services, (records) => perform(records, operator, action, device, request));
    },
    takeBackWork: (operator, device, work) =>
      inTransaction(services, (records) => takeBackWork(records, operator, device, work)),
    endExpiredWork: (signal) => endExpiredWork(services, signal),
    issueUnlockCode: (operator, device, request) =>
      inTransaction(services, (records) => issueUnlockCode(services, records, operator, device, request)),
    signInitialPin: (operator, device, window) =>
      inTransaction(services, (records) => signInitialPin(services, records, operator, device, window)),
    removeDuePasskeys: (signal) => removeDuePasskeys(removing, signal),
    tellDueNotices: async (signal) => (onNotice ? tellDueNotices({ store, now, onNotice, noticeTimeout }, signal) : 0),
  };
}

const nobody = (): Promise<undefined> => Promise.resolve(undefined);

function requireNames(services: readonly PasskeyService[]): void {
  const names = services.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw new Error(`two passkey services of one name: ${names.join(', ')}`);
}
