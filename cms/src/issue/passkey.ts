import {
  CardwrightError,
  isCardwrightError,
  type CreationOptions,
  type ErrorCode,
  type Result,
} from '@cardwright/protocol';
import { newChallenge } from '../keys/new-challenge.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Step } from '../operations/definition.js';
import { meetAgain } from '../operations/meet-again.js';
import type { PasskeyService } from '../passkeys/passkey-service.js';
import { originOf } from '../passkeys/way.js';
import { orderReset } from './fido-pin.js';
import { PHASES, policySlice } from './issue-state.js';
import { registerPasskey } from './passkey-registration.js';
import {
  fido,
  fidoPin,
  fidoPinSource,
  isPinShared,
  mayResetFido,
  missingPasskeys,
  refusal,
  registration,
  unkept,
  wayOf,
} from './passkey-state.js';
import { keepUnfinished } from './unfinished-passkey.js';

/** Milliseconds that a registration must still have, so that its user can complete it. */
const NEEDED = 60_000;

/**
 * Has the device get a passkey at the first service where it has none; so it is needed once for each. It comes after the
 * certificates, and the device becomes pending only with the last one.
 */
export const passkeyStep: Step = {
  name: 'passkey',
  phase: PHASES.passkey,
  progress: 80,
  slices: [policySlice, fido, fidoPin, registration, unkept, refusal],
  needed: (context) => missingPasskeys(context).length > 0,
  round: (context) => missingPasskeys(context)[0] ?? '',
  waitsFor: async (context) => findRefusal(context) ?? (await beginRegistration(context)),

  prepare(context) {
    const service = serviceUnderWay(context);
    const way = wayOf(context, service);
    if (way === undefined) throw new CardwrightError('FIDO_UNREACHABLE');
    // The host that makes it has it on the device that it holds.
    const challenge = way === 'host' ? null : newChallenge();
    context.keep(registration, { order: { way, origin: originOf(service), challenge } });
    // Meanwhile the device has a temporary PIN, whether or not an answer arrives.
    if (way !== 'host' && isPinShared(context)) context.ownDevice.noteInitialPin(false);
  },

  calls: (context) => [createPasskey(context)],

  keepForLater: keepUnfinished,
  errors: {
    USER_CANCELLED: 'interrupt',
    USER_TIMEOUT: 'interrupt',
    FIDO_PIN_FORGOTTEN: orderReset,
    FIDO_PIN_BLOCKED: orderReset,
  },
};

/**
 * Why none can be registered in this session.
 *
 * @throws that CardwrightError where another session would not help
 */
function findRefusal(context: OperationContext): CardwrightError | null {
  const { error: wire } = context.of(refusal);
  if (wire === null) return null;
  const error = CardwrightError.fromWire(wire);
  if (!error.resumable) throw error;
  return error;
}

/**
 * Has the service begin a registration, unless one that was begun is still good.
 *
 * @returns why it cannot at the moment: the session rests, with all that was done until now
 * @throws CardwrightError `PASSKEY_FORBIDDEN`, `PASSKEY_SERVICE_REFUSED`
 */
async function beginRegistration(context: OperationContext): Promise<CardwrightError | null> {
  const { person, info, records, services } = context;
  const { begun: kept, unfinished } = context.of(registration);
  const name = missingPasskeys(context)[0] ?? '';
  const now = services.now().getTime();
  // It is still not there to accept the one that was made.
  if (unfinished) return new CardwrightError('PASSKEY_SERVICE_UNAVAILABLE', { service: name });
  if (kept?.service === name && Date.parse(kept.expires) - now >= NEEDED) return null;
  try {
    const service = findService(context, name);
    const obstacle = await service.findObstacle(person, info.fido2 && { aaguid: info.fido2.aaguid });
    if (obstacle) throw new CardwrightError('PASSKEY_FORBIDDEN');
    const registered = await records.transaction.listPasskeys(person.id, name);
    const { options, expires } = await service.begin(person, registered);
    const ordered = await withoutRemoved(context, name, options);
    context.keep(registration, { begun: { service: name, options: ordered, expires: expires.toISOString() } });
    return null;
  } catch (error) {
    if (isCardwrightError(error, 'PASSKEY_SERVICE_UNAVAILABLE')) return error;
    throw error;
  }
}

/**
 * Passkeys that are to be removed do not stand in the way of a new one: the service would have a device that is issued again
 * refuse it until they are gone.
 */
async function withoutRemoved(
  { records }: OperationContext,
  service: string,
  { excludeCredentials, ...options }: CreationOptions,
): Promise<CreationOptions> {
  if (!excludeCredentials) return options;
  const kept = [];
  for (const descriptor of excludeCredentials) {
    const known = await records.transaction.findPasskey(service, descriptor.id);
    if (known?.passkey.removalDueAt == null) kept.push(descriptor);
  }
  return { ...options, excludeCredentials: kept };
}

function findService({ services }: OperationContext, name: string): PasskeyService {
  const service = services.passkeyServices.find((one) => one.name === name);
  // Its configuration is missing, and may come back.
  if (!service) throw new CardwrightError('PASSKEY_SERVICE_UNAVAILABLE', { service: name });
  return service;
}

function serviceUnderWay(context: OperationContext): PasskeyService {
  const { begun } = context.of(registration);
  if (!begun) throw new Error('no registration was begun');
  return findService(context, begun.service);
}

function createPasskey(context: OperationContext): Call {
  const { begun, order } = context.of(registration);
  if (!begun || !order) throw new Error('no registration was begun');
  const { way, origin, challenge } = order;
  const source = way === 'host' ? fidoPinSource(context) : null;
  return call(
    'fido.createCredential',
    {
      way,
      origin,
      options: begun.options,
      proof: challenge,
      pin: isPinShared(context) ? 'shared' : 'separate',
      mayForget: source?.source === 'user' && mayResetFido(context),
      secrets: { fidoPin: source },
    },
    {
      read: (result) => readPasskey(context, result),
      failed: ({ code }) => (isNeverFoundAgain(context) && !LEADS_TO_RESET.has(code) ? 'fail' : undefined),
    },
  );
}

const LEADS_TO_RESET: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['FIDO_PIN_FORGOTTEN', 'FIDO_PIN_BLOCKED']);

/** A device that shows nothing of itself, and so could not continue with the passkeys that it has: it begins again. */
const isNeverFoundAgain = ({ device, info }: OperationContext): boolean =>
  device !== undefined && info.serial === null && info.guid === null;

async function readPasskey(
  context: OperationContext,
  { registration: answer, proof, device }: Result<'fido.createCredential'>,
): Promise<void> {
  meetAgain(context, device);
  if (context.of(registration).order?.way === 'host') context.keep(fido, { isPinRemembered: true });
  // The host reports success only with the initial PIN on the device again.
  else if (isPinShared(context)) context.ownDevice.noteInitialPin(true);
  await registerPasskey(context, serviceUnderWay(context), { registration: answer, proof });
}
