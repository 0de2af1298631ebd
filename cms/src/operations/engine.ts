import { createHash } from 'node:crypto';
import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { OperationAnswer, StartRequest } from '@cardwright/protocol/cms';
import { sessionIdOf } from '@cardwright/protocol/messages';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { cardHintOf } from '../devices/card-hint.js';
import { judgeCards, type JudgedCard } from '../devices/judge-cards.js';
import { askServices } from '../passkeys/passkeys-in-question.js';
import { inTransaction } from '../store/in-transaction.js';
import type { Records } from '../store/records.js';
import type { Device, Operation } from '../store/rows.js';
import { sayIn } from '../words/language.js';
import { sentenceOf } from '../words/reasons.js';
import { inWords, makeAnswer, reportNext } from './answer.js';
import { OperationContext } from './context.js';
import type { Holdings, OperationDefinition, OperationSubject } from './definition.js';
import { isProvedFor } from './fresh-proof.js';
import { isToBeJudgedAgain, judgeAgain } from './judge-again.js';
import { abandon, advance, awaits, findNext, leavesOperation, type Next } from './next.js';
import { lockOperation, newOperation, stepThatIsOut } from './opened-operation.js';
import { codeOf } from './paired-results.js';
import { countOthersCards, spend } from './quotas.js';
import { endOperationsOfOthers, takeOver } from './running-operations.js';
import { ResultsFirst } from './results-first.js';
import type { Requester, Services } from './services.js';
import { takeCode } from './start-code.js';
import { beginWork, completeWork } from './start-work.js';

/** An operation as it is offered to owners of devices. */
export interface OfferedOperation {
  readonly kind: string;
  /** The label of its button, in the reader's language: one line of at most 80 characters. */
  readonly label: string;
  /** Subject that the start names besides the device. The button belongs beside each such subject. Left out for most operations. */
  readonly subject?: OperationSubject;
}

/** A refused start: the verdict on the card, and the error for the page. */
interface Refused {
  readonly judged: JudgedCard;
  readonly error: CardwrightError;
}

/** Holdings of a device of which a page says nothing. */
const NOTHING: Holdings = { certificates: [], passkeys: [], policy: undefined, asked: [] };

/** Results of a step, as a page brings them. */
interface Results {
  readonly number: number;
  readonly outcomes: readonly CommandOutcome[];
}

/** Runs operations of every kind in the same way. */
export class Engine {
  readonly #definitions: ReadonlyMap<string, OperationDefinition>;

  constructor(
    private readonly services: Services,
    definitions: readonly OperationDefinition[],
  ) {
    this.#definitions = new Map(definitions.map((definition) => [definition.kind, definition]));
    for (const definition of definitions)
      if (this.#definitions.get(definition.kind) !== definition)
        throw new Error(`two operations of the kind ${definition.kind}`);
  }

  /**
   * Returns the definition of a kind.
   * @throws CardwrightError `INVALID_PARAMS` if the CMS has no operation of that kind
   */
  definitionOf(kind: string): OperationDefinition {
    const definition = this.#definitions.get(kind);
    if (!definition)
      throw new CardwrightError('INVALID_PARAMS', { path: 'kind', problem: 'expected a kind of operation' });
    return definition;
  }

  /** Lists the operations that owners of devices can be offered, with labels in a language. */
  offers(language: string): OfferedOperation[] {
    return [...this.#definitions.values()]
      .filter(({ isOffered }) => isOffered !== undefined)
      .map(({ kind, title, label = title, subject }) => ({
        kind,
        label: sayIn(language, label),
        ...(subject === undefined ? {} : { subject }),
      }));
  }

  /** Lists the kinds of operations that the owner of a device is offered for the device. */
  offeredFor(device: Device, holdings: Holdings = NOTHING): string[] {
    const facts = { ...holdings, now: this.services.now() };
    return [...this.#definitions.values()]
      .filter(({ isOffered }) => isOffered?.(device, facts))
      .map(({ kind }) => kind);
  }

  /**
   * Starts an operation, or resumes the interrupted operation on the same card. The older session of a resumed operation then gets
   * `OPERATION_MOVED`.
   *
   * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` with the reason, `LOGIN_REQUIRED` if the operation wants a fresh proof of the person's
   * identity, `CODE_NEEDED`, `CODE_INCORRECT`, `WORK_OVER`, `RATE_LIMITED`, `INVALID_PARAMS`
   */
  async start(requester: Requester, request: StartRequest): Promise<OperationAnswer> {
    const definition = this.definitionOf(request.kind);
    const { store, quotas } = this.services;
    const { person, language } = requester;
    // Counted outside the transaction, so that a start that fails counts too.
    await spend(store, person, 'operation', quotas.operationsPerHour);
    const hostSession = await sessionIdOf(request.host.key);
    const passkeys = await askServices(this.services, person, [request.device]);
    const outcome = await inTransaction(this.services, async (records): Promise<OperationAnswer | Refused> => {
      await records.transaction.lockPerson(person.id);
      const [judged] = await judgeCards(
        this.services,
        records.transaction,
        person,
        [request.device],
        passkeys,
        definition.eligibility,
      );
      if (!judged) throw new Error('a card was not judged');
      const { verdict, known } = judged;
      if (verdict.action === null) {
        const reason = sentenceOf(verdict.reason, language);
        return { judged, error: new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason }) };
      }
      // Checked only now, so that a device that is not eligible gets the same answer, however the person has proved their identity.
      if (!isProvedFor(definition, requester, [verdict.device, known.latest], this.services.now()))
        return { judged, error: new CardwrightError('LOGIN_REQUIRED', { fresh: true }) };
      await countOthersCards(this.services, records.transaction, person, [judged]);
      const start = { definition, verdict, code: request.code, running: known.running };
      const noteCode = await takeCode(this.services, records, requester, start);
      // The error is returned and not thrown, so that the transaction is kept and a wrong code counts.
      if (noteCode instanceof CardwrightError) return { judged, error: noteCode };
      const released = verdict.released ?? verdict.device;
      if (released?.state === 'available') await endOperationsOfOthers(records, person, released.id);
      const broken = takeOver(records, person, known.running, request, verdict.device);
      const context = await this.#open(
        records,
        requester,
        definition,
        broken ?? newOperation(person, request, { known: verdict.device, latest: known.latest }, this.services.now()),
      );
      context.change({
        session: hostSession,
        lastAnswer: null,
        lastResultsHash: null,
        ...(context.operation.deviceId === null ? { cardHint: cardHintOf(request.device) } : {}),
      });
      context.beginSession(request.device, request.host.key);
      // One operation runs on a device, so a renewal of another one is over.
      context.device?.endRenewals(context.operation.id, 'others');
      noteCode(context.operation.id);
      beginWork(context, request.work);
      context.report(broken ? 'operation.resumed' : 'operation.started', { kind: definition.kind });
      context.note({ kind: broken ? 'resumed' : 'started' });
      const begin = async (): Promise<Next> => {
        await context.readPolicyNow();
        await definition.begin?.(context, verdict, request.subject);
        return findNext(context, definition);
      };
      return this.#settle(context, definition, begin, null);
    });
    if (!('judged' in outcome)) return outcome;
    await countOthersCards(this.services, store, person, [outcome.judged]);
    throw outcome.error;
  }

  /**
   * Takes the results of a step, and answers with what follows: the next step, the end of the session, or the end of the operation. If the last
   * results are sent again, returns the same answer.
   *
   * @throws CardwrightError `OPERATION_NOT_FOUND`, `OPERATION_MOVED`, `INVALID_PARAMS` if the outcomes are not those of the step; `CA_UNAVAILABLE` or
   * `PASSKEY_SERVICE_UNAVAILABLE` if the same results can be sent again later
   */
  async continue(
    requester: Requester,
    id: string,
    number: number,
    outcomes: readonly CommandOutcome[],
  ): Promise<OperationAnswer> {
    const results = { number, outcomes };
    try {
      return await this.#take(requester, id, results);
    } catch (error) {
      if (!(error instanceof ResultsFirst)) throw error;
      await this.#keepResults(requester, id, results, error);
      return this.#take(requester, id, results);
    }
  }

  async #take(requester: Requester, id: string, results: Results): Promise<OperationAnswer> {
    const { number, outcomes } = results;
    try {
      return await inTransaction(this.services, async (records) => {
        const operation = await lockOperation(records.transaction, requester, id);
        const hash = createHash('sha256')
          .update(JSON.stringify([number, outcomes]))
          .digest('base64url');
        const definition = this.definitionOf(operation.kind);
        if (operation.lastAnswer && operation.lastResultsHash === hash)
          return inWords(definition, requester.language, operation.lastAnswer);
        // Checked before the status, so that a session whose operation was continued and finished by another session gets `OPERATION_MOVED` too.
        if (number !== operation.stepNumber) throw new CardwrightError('OPERATION_MOVED');
        if (operation.status !== 'running') throw new CardwrightError('OPERATION_NOT_FOUND');
        const context = await this.#open(records, requester, definition, operation);
        const read = async (): Promise<Next> => {
          definition.requireUnderWay(context);
          const step = stepThatIsOut(context, definition);
          await context.readPolicyNow();
          context.note({ kind: 'step-results', step: step.name, number, commands: outcomes.map(codeOf) });
          if (isToBeJudgedAgain(context, step)) await judgeAgain(context, definition);
          return advance(context, definition, step, outcomes);
        };
        return this.#settle(context, definition, read, hash);
      });
    } catch (error) {
      // The transaction above is rolled back. The reason to wait is kept in a transaction of its own.
      if (awaits(error)) await this.#keepResults(requester, id, results, error);
      throw error;
    }
  }

  /**
   * Cancels an operation of the requester. If the operation has already ended with an answer, returns that answer.
   *
   * @param hostSession the id of the host's session to end, if the page names it
   * @throws CardwrightError `OPERATION_NOT_FOUND`; `OPERATION_MOVED` if another operation or a release of the device ended this operation,
   * or if another session than `hostSession` runs it
   */
  cancel(requester: Requester, id: string, hostSession?: string): Promise<OperationAnswer> {
    return inTransaction(this.services, async (records) => {
      const operation = await lockOperation(records.transaction, requester, id);
      const definition = this.definitionOf(operation.kind);
      if (operation.status !== 'running' && operation.lastAnswer)
        return inWords(definition, requester.language, operation.lastAnswer);
      // The operation was ended from outside: another operation took its card, or its device was released. The device may be in another
      // operation by now.
      if (operation.status !== 'running') throw new CardwrightError('OPERATION_MOVED');
      if (hostSession !== undefined && hostSession !== operation.session) throw new CardwrightError('OPERATION_MOVED');
      const context = await this.#open(records, requester, definition, operation);
      return this.#settle(context, definition, () => abandon(context, definition, null), null);
    });
  }

  #open(
    records: Records,
    requester: Requester,
    { steps }: OperationDefinition,
    operation: Operation,
  ): Promise<OperationContext> {
    const slices = steps.flatMap((step) => step.slices);
    return OperationContext.open(this.services, records, requester, slices, operation);
  }

  /** Decides what follows in an operation, and stores the answer. */
  async #settle(
    context: OperationContext,
    definition: OperationDefinition,
    decide: () => Promise<Next>,
    resultsHash: string | null,
  ): Promise<OperationAnswer> {
    const next = await decide().catch((error: unknown) => {
      if (leavesOperation(error) || !isCardwrightError(error)) throw error;
      return abandon(context, definition, error);
    });
    if (next.kind === 'end' && next.status === 'done') completeWork(context);
    if (next.kind !== 'end') context.device?.noteInterruption(next.kind === 'rest' ? next.error.code : null);
    const answer = await makeAnswer(context, next);
    context.change({
      status: answer.state,
      lastAnswer: answer,
      lastResultsHash: resultsHash,
      ...(next.kind === 'step'
        ? {
            stepNumber: context.operation.stepNumber + 1,
            stepMethods: next.commands.map(({ method }) => method),
            state: context.stateWith(next.step.name),
          }
        : { state: context.stateAtRest() }),
    });
    reportNext(context, next);
    return inWords(definition, context.language, answer);
  }

  /**
   * Keeps results in a transaction of its own, after the one that read them was rolled back.
   *
   * @param reason the error for which the session waits, or `ResultsFirst` if the results are read again at once
   */
  #keepResults(
    requester: Requester,
    id: string,
    { number, outcomes }: Results,
    reason: CardwrightError | ResultsFirst,
  ): Promise<void> {
    return inTransaction(this.services, async (records) => {
      const operation = await lockOperation(records.transaction, requester, id);
      // Another session may have continued the operation since.
      if (operation.stepNumber !== number || operation.status !== 'running') return;
      const definition = this.definitionOf(operation.kind);
      const context = await this.#open(records, requester, definition, operation);
      stepThatIsOut(context, definition).keepForLater?.(context, outcomes);
      context.change({ state: context.stateAtRest() });
      if (reason instanceof ResultsFirst) {
        reason.keep(context);
        return;
      }
      const waitingFor = reason.code;
      context.device?.noteInterruption(waitingFor);
      context.report('operation.interrupted', { state: 'running', error: waitingFor }, 'failed');
      context.note({ kind: 'rested', step: context.step ?? null, error: waitingFor });
    });
  }
}
