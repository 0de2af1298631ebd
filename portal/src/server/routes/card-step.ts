import { CardwrightError, validate } from '@cardwright/protocol';
import { operationId } from '@cardwright/protocol/schemas';
import { PROVE_OWNER } from '@cardwright/protocol/mobile';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { provingCard } from '../accounts/cards.js';
import { bindToSession, isSessionChallenge, takeSessionChallenge } from '../accounts/login-challenges.js';
import { limitBeginnings } from '../accounts/login-limit.js';
import type { LoginSession } from '../accounts/sessions.js';
import { record } from '../audit.js';
import type { PortalServices } from '../services.js';
import { answerContract } from './operations.js';
import { passkeySenderOf } from './relying-party.js';
import { serve } from './serve.js';
import { logIn } from './session.js';
import { CARD_STEP_ROUTES } from './table/card-step.js';

/** The part of a start or an eligibility request that says which operation it is about. */
const wanted = v.looseObject({ kind: v.literal(PROVE_OWNER) });
/** The part of an answer of the card management that decides about the session. */
const answered = v.looseObject({ operation: v.string(), state: v.string() });

/** Serves the second step of sign-ins with a card (`CARD_STEP_ROUTES`). */
export function cardStepRoutes(app: FastifyInstance, services: PortalServices): void {
  const { db } = services.database;
  const senderOf = passkeySenderOf(services);

  serve(app, services, CARD_STEP_ROUTES, {
    'POST /api/session/second-factor/card/devices/eligibility': ({ body }, call) => {
      validate(wanted, body);
      return answerContract(services, 'devices/eligibility', '', body, call);
    },

    'POST /api/session/second-factor/card/operations': async ({ body }, call) => {
      validate(wanted, body);
      await limitBeginnings(db, senderOf(call.request));
      const answer = await answerContract(services, 'operations', '', body, call);
      await bindToSession(db, boundTo(call.session), v.parse(answered, answer).operation);
      return answer;
    },

    'POST /api/session/second-factor/card/operations/{id}/results': async ({ parameters: { id }, body }, call) => {
      const { session, request, reply } = call;
      await requireOwn(session, id);
      const answer = await answerContract(services, 'operations/{id}/results', id, body, call);
      const { state } = v.parse(answered, answer);
      const { user } = session;
      if (state !== 'done' && state !== 'failed') return answer;
      const isProved = state === 'done' && (await takeSessionChallenge(db, boundTo(session), id));
      const device = isProved ? await provingCard(db, user.id, id) : undefined;
      if (device === undefined) await record(db, { ...failed, actor: user.username, personId: user.id });
      else await logIn(services, request, reply, user, { by: 'card', device, isTwoFactors: true }, session);
      return answer;
    },

    'POST /api/session/second-factor/card/operations/{id}/cancel': async ({ parameters: { id }, body }, call) => {
      await requireOwn(call.session, id);
      return answerContract(services, 'operations/{id}/cancel', id, body, call);
    },
  });

  /**
   * Requires that this session has started the operation. Whoever knows the password could otherwise answer another session's proof, or end its
   * operations.
   *
   * @throws CardwrightError `OPERATION_NOT_FOUND`; `INVALID_PARAMS` if the text is no operation's id
   */
  async function requireOwn(session: LoginSession, operation: string): Promise<void> {
    const id = validate(operationId, operation);
    if (!(await isSessionChallenge(db, boundTo(session), id))) throw new CardwrightError('OPERATION_NOT_FOUND');
  }
}

/** Entry of the audit log for a card that proved nothing. */
const failed = { event: 'login.second-factor', outcome: 'failed', way: 'card' } as const;

const boundTo = ({ id: sessionId }: LoginSession) => ({ sessionId, purpose: 'card' }) as const;
