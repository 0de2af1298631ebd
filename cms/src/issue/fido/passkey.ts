import { CardwrightError, isCardwrightError, type ErrorCode, type Result } from '@cardwright/protocol';
import type { CreationOptions } from '@cardwright/protocol/passkeys';
import { newChallenge } from '../../keys/new-challenge.js';
import { call } from '../../operations/call.js';
import type { OperationContext } from '../../operations/context.js';
import type { Call, Step } from '../../operations/definition.js';
import { meetAgain } from '../../operations/meet-again.js';
import type { PasskeyService } from '../../passkeys/passkey-service.js';
import { originOf } from '../../passkeys/way.js';
import { PHASES, policySlice } from '../issue-state.js';
import { orderReset } from './fido-pin.js';
import { refuseKnownDevice } from './known-passkey.js';
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

/** Milliseconds that a registration must still be valid, so that its user can complete it. */
const NEEDED = 60_000;

/**
 * Step in which the device gets a passkey at the first service at which it has no passkey yet. The step is repeated for each service. It comes
 * after the certificates, and the device becomes pending only with the last passkey.
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
    context.keep(registration, { order: { way, origin: originOf(service), challenge: newChallenge() } });
    // From now on the host may have given the device a temporary PIN, whether or not an answer arrives.
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
 * Returns the reason that no passkey can be registered in this session; null if there is no such reason.
 *
 * @throws CardwrightError the reason, if that error is not resumable, because another session would not help
 */
function findRefusal(context: OperationContext): CardwrightError | null {
  const { error: wire } = context.of(refusal);
  if (wire === null) return null;
  const error = CardwrightError.fromWire(wire);
  if (!error.resumable) throw error;
  return error;
}

/**
 * Calls the service to begin a registration. Keeps an earlier registration at the same service if that registration is valid for at least `NEEDED`
 * milliseconds more.
 *
 * @returns the error that prevents a registration at the moment, so that the session ends and keeps its work; null if a registration can go on
 * @throws CardwrightError `PASSKEY_FORBIDDEN`, `PASSKEY_SERVICE_REFUSED`
 */
async function beginRegistration(context: OperationContext): Promise<CardwrightError | null> {
  const { person, info, records, services } = context;
  const { begun: kept, unfinished } = context.of(registration);
  const name = missingPasskeys(context)[0] ?? '';
  const now = services.now().getTime();
  // The service was still unreachable when this session began. Until it answers for the passkey that was created, no other registration begins.
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
 * Leaves passkeys that are due for removal out of the options. If they stayed, a device that is issued again would refuse a new passkey until the
 * service has removed the old passkeys.
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
  // The service is missing from the configuration of the CMS, and may be added again.
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
      failed: async (error) => {
        if (isCardwrightError(error, 'PASSKEY_EXISTS'))
          await refuseKnownDevice(context, serviceUnderWay(context), error.data.credential);
        return isNeverFoundAgain(context) && !LEADS_TO_RESET.has(error.code) ? 'fail' : undefined;
      },
    },
  );
}

const LEADS_TO_RESET: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['FIDO_PIN_FORGOTTEN', 'FIDO_PIN_BLOCKED']);

/**
 * True if a device has a row, and shows neither a serial number nor a GUID. For such a device, an error fails the operation, because no later session
 * could find the row and its passkeys.
 */
const isNeverFoundAgain = ({ device, info }: OperationContext): boolean =>
  device !== undefined && info.serial === null && info.guid === null;

async function readPasskey(
  context: OperationContext,
  { registration: answer, proof, device }: Result<'fido.createCredential'>,
): Promise<void> {
  meetAgain(context, device);
  if (context.of(registration).order?.way === 'host') context.keep(fido, { isPinRemembered: true });
  // The host reports success only after the device has its initial PIN again.
  else if (isPinShared(context)) context.ownDevice.noteInitialPin(true);
  await registerPasskey(context, serviceUnderWay(context), { registration: answer, proof });
}
