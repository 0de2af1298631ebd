import { commands, creationOptions, passkeyWay, wireError, type PasskeyWay } from '@cardwright/protocol';
import * as v from 'valibot';
import { chooseWay, originOf } from '../passkeys/way.js';
import type { PasskeyService } from '../passkeys/passkey-service.js';
import type { OperationContext } from '../operations/context.js';
import { defineSlice } from '../operations/slice.js';
import { wantsPiv, type PasskeyPolicy } from '../policies/device-policy.js';
import { credentials, policyOf } from './issue-state.js';

/** What an issuance keeps of the device's FIDO2 application and of passkeys. No PIN: that is between user, host and device. */

/** Whose the FIDO PIN is, as far as the device showed it. */
export const fidoPin = defineSlice({
  name: 'fidoPin',
  schema: v.strictObject({
    /** Whether one was set before the device got its initial PIN; null where that is unknown. */
    wasSet: v.nullable(v.boolean()),
    /** Whether the initial PIN became it; null before anyone looked. */
    isInitialPin: v.nullable(v.boolean()),
  }),
  initial: { wasSet: null, isInitialPin: null },
  lasts: 'operation',
});

/** The FIDO2 application in this session. */
export const fido = defineSlice({
  name: 'fido',
  schema: v.strictObject({
    /** Whether its facts are of the time after the device got its initial PIN. */
    isRead: v.boolean(),
    /** Whether the host remembers its PIN, because the user has chosen it, or the device has accepted it. */
    isPinRemembered: v.boolean(),
    /** Whether it is to be reset, because its user does not know its PIN. */
    isResetDue: v.boolean(),
  }),
  initial: { isRead: false, isPinRemembered: false, isResetDue: false },
  lasts: 'session',
});

/** The registration under way. */
export const registration = defineSlice({
  name: 'registration',
  schema: v.strictObject({
    begun: v.nullable(
      v.strictObject({
        service: v.string(),
        options: creationOptions,
        /** ISO 8601. */
        expires: v.string(),
      }),
    ),
    /** How the step that is out makes it. */
    order: v.nullable(
      v.strictObject({
        way: passkeyWay,
        origin: v.string(),
        /** What the passkey has to sign in this session, base64url; null where its way is proof enough. */
        challenge: v.nullable(v.string()),
      }),
    ),
    /** What was made for that order, while its service was not there to accept it. */
    unfinished: v.nullable(v.pick(commands['fido.createCredential'].result, ['registration', 'proof'])),
  }),
  initial: { begun: null, order: null, unfinished: null },
  lasts: 'operation',
});

/** A passkey that is on the device, and not registered. */
export const unkept = defineSlice({
  name: 'unkept',
  schema: v.strictObject({ passkey: v.nullable(v.strictObject({ rpId: v.string(), credential: v.string() })) }),
  initial: { passkey: null },
  lasts: 'operation',
});

/** Why no passkey can be registered in this session, once what was made is gone again. */
export const refusal = defineSlice({
  name: 'refusal',
  schema: v.strictObject({ error: v.nullable(wireError) }),
  initial: { error: null },
  lasts: 'session',
});

/** What the policy says of passkeys, where it wants any. */
export function passkeyPolicyOf(context: OperationContext): PasskeyPolicy {
  const { passkeys } = policyOf(context);
  if (!passkeys) throw new Error('the policy wants no passkeys');
  return passkeys;
}

/** Names of the services where the device has no passkey yet, in the policy's order. */
export const missingPasskeys = (context: OperationContext): string[] =>
  (policyOf(context).passkeys?.services ?? []).filter(
    (name) => !context.device?.passkeys.some(({ service }) => service === name),
  );

/** The way of the device's passkey at a service; undefined where there is none. */
export const wayOf = (context: OperationContext, service: PasskeyService): PasskeyWay | undefined =>
  chooseWay({
    allowed: passkeyPolicyOf(context).ways,
    origin: originOf(service),
    cms: context.services.origin,
    fido: context.info.fido2,
  });

/** Whether the host itself makes a passkey that is missing, so that it needs the FIDO PIN. */
export const isHostToMakeOne = (context: OperationContext): boolean =>
  missingPasskeys(context).some((name) => {
    const service = context.services.passkeyServices.find((one) => one.name === name);
    return service !== undefined && wayOf(context, service) === 'host';
  });

/**
 * Whether the FIDO PIN is the device PIN: so the device showed it, or the policy says it and the device does not contradict.
 */
export function isPinShared(context: OperationContext): boolean {
  const policy = policyOf(context);
  if (!wantsPiv(policy) || policy.passkeys === undefined) return false;
  const isPromised = policy.passkeys.pin === 'shared' && context.info.fido2?.pinSet !== false;
  return context.of(fidoPin).isInitialPin === true || isPromised;
}

/** Where the host gets the FIDO PIN from. */
export const fidoPinSource = (context: OperationContext) =>
  isPinShared(context) || context.of(fido).isPinRemembered
    ? ({ source: 'session' } as const)
    : ({ source: 'user' } as const);

/** Whether the FIDO2 application may be reset where its user does not know its PIN. A shared one would take the keys along. */
export const mayResetFido = (context: OperationContext): boolean =>
  context.info.fido2 !== null && passkeyPolicyOf(context).reset === 'allow' && !isPinShared(context);

/** Keeps whether a FIDO PIN is set, while the device cannot have its initial PIN yet. */
export function notePinBefore(context: OperationContext): void {
  const { device, info } = context;
  const isUntouched = device?.escrows.every(({ appliedAt }) => appliedAt === null) ?? true;
  if (isUntouched && !context.of(credentials).isApplied)
    context.keep(fidoPin, { wasSet: info.fido2?.pinSet ?? null, isInitialPin: null });
}
