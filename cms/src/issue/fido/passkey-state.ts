import { commands } from '@cardwright/protocol';
import { wireError } from '@cardwright/protocol/messages';
import { creationOptions, passkeyWay, type PasskeyWay } from '@cardwright/protocol/passkeys';
import * as v from 'valibot';
import type { OperationContext } from '../../operations/context.js';
import { defineSlice } from '../../operations/slice.js';
import type { PasskeyService } from '../../passkeys/passkey-service.js';
import { chooseWay, originOf } from '../../passkeys/way.js';
import { wantsPiv, type PasskeyPolicy } from '../../rules/device-policy.js';
import { credentials, issuancePolicy } from '../issue-state.js';

/** State that an issuance keeps about the device's FIDO2 application and passkeys. It contains no PIN. */

/** Origin of the FIDO PIN, as far as the device has revealed it. */
export const fidoPin = defineSlice({
  name: 'fidoPin',
  schema: v.strictObject({
    /** True if a FIDO PIN was set before the device got its initial PIN; null if unknown. */
    wasSet: v.nullable(v.boolean()),
    /** True if the initial PIN became the FIDO PIN; null until the FIDO2 facts are read after the initial PIN was set. */
    isInitialPin: v.nullable(v.boolean()),
  }),
  initial: { wasSet: null, isInitialPin: null },
  lasts: 'operation',
});

/** State of the FIDO2 application in this session. */
export const fido = defineSlice({
  name: 'fido',
  schema: v.strictObject({
    /** True if the FIDO2 facts were read after the initial PIN was set. */
    isRead: v.boolean(),
    /** True if the host remembers the FIDO PIN, because the user has chosen it or the device has accepted it. */
    isPinRemembered: v.boolean(),
    /** True if the application is to be reset, because its user does not know its PIN, or the PIN is blocked. */
    isResetDue: v.boolean(),
  }),
  initial: { isRead: false, isPinRemembered: false, isResetDue: false },
  lasts: 'session',
});

/** State of the current registration of a passkey. */
export const registration = defineSlice({
  name: 'registration',
  schema: v.strictObject({
    begun: v.nullable(
      v.strictObject({
        service: v.string(),
        options: creationOptions,
        /** Time after which the service accepts no answer (ISO 8601). */
        expires: v.string(),
      }),
    ),
    /** Parameters by which the current step creates the passkey. */
    order: v.nullable(
      v.strictObject({
        way: passkeyWay,
        origin: v.string(),
        /** Challenge for the passkey to sign in this session, base64url. */
        challenge: v.string(),
      }),
    ),
    /** Results for `order`, kept until the service has answered for them. */
    unfinished: v.nullable(v.pick(commands['fido.createCredential'].result, ['registration', 'proof'])),
  }),
  initial: { begun: null, order: null, unfinished: null },
  lasts: 'operation',
});

/** A passkey that is on the device, but not registered, so that it has to be deleted; null if no passkey has to be deleted. */
export const unkept = defineSlice({
  name: 'unkept',
  schema: v.strictObject({ passkey: v.nullable(v.strictObject({ rpId: v.string(), credential: v.string() })) }),
  initial: { passkey: null },
  lasts: 'operation',
});

/** The reason that no passkey can be registered in this session, kept until the unregistered passkey is deleted. */
export const refusal = defineSlice({
  name: 'refusal',
  schema: v.strictObject({ error: v.nullable(wireError) }),
  initial: { error: null },
  lasts: 'session',
});

/** Returns the passkey settings of a policy that wants passkeys. */
export function passkeyPolicyOf(context: OperationContext): PasskeyPolicy {
  const { passkeys } = issuancePolicy(context);
  if (!passkeys) throw new Error('the policy wants no passkeys');
  return passkeys;
}

/**
 * Returns the passkey settings by which a new passkey is accepted: those of the session for an issuance, and the present ones for a device that is
 * active, so that a stricter policy applies at once. Undefined if the present policy wants no passkeys.
 */
export const passkeyTerms = (context: OperationContext): PasskeyPolicy | undefined =>
  context.device?.row.state === 'active' ? context.policyNow?.passkeys : issuancePolicy(context).passkeys;

/** Lists the names of the services at which the device has no passkey yet, in the policy's order. */
export const missingPasskeys = (context: OperationContext): string[] =>
  (issuancePolicy(context).passkeys?.services ?? []).filter(
    (name) => !context.device?.passkeys.some(({ service }) => service === name),
  );

/** Chooses how the device gets its passkey at a service. Returns undefined if no way is possible. */
export const wayOf = (context: OperationContext, service: PasskeyService): PasskeyWay | undefined =>
  chooseWay({
    allowed: passkeyPolicyOf(context).ways,
    origin: originOf(service),
    cms: context.services.origin,
    fido: context.info.fido2,
  });

/** True if the host itself creates a missing passkey, and so needs the FIDO PIN. */
export const isHostToMakeOne = (context: OperationContext): boolean =>
  missingPasskeys(context).some((name) => {
    const service = context.services.passkeyServices.find((one) => one.name === name);
    return service !== undefined && wayOf(context, service) === 'host';
  });

/**
 * True if the FIDO PIN is the device PIN. The policy must want both PIV and passkeys. The PINs are then the same if the initial PIN became the
 * FIDO PIN, or if the policy says `shared` and the device does not report that it has no FIDO PIN.
 */
export function isPinShared(context: OperationContext): boolean {
  const policy = issuancePolicy(context);
  if (!wantsPiv(policy) || policy.passkeys === undefined) return false;
  const isPromised = policy.passkeys.pin === 'shared' && context.info.fido2?.pinSet !== false;
  return context.of(fidoPin).isInitialPin === true || isPromised;
}

/** Notes in the device's row whether the FIDO PIN is the device PIN, as far as the CMS knows. */
export function noteSharing(context: OperationContext): void {
  const { device } = context;
  const sharesPin = isPinShared(context);
  if (device && device.row.sharesPin !== sharesPin) device.change({ sharesPin });
}

/**
 * Returns the source from which the host takes the FIDO PIN: the host's session if the PIN is the device PIN or the host remembers it, and the user
 * if not.
 */
export const fidoPinSource = (context: OperationContext) =>
  isPinShared(context) || context.of(fido).isPinRemembered
    ? ({ source: 'session' } as const)
    : ({ source: 'user' } as const);

/**
 * True if the FIDO2 application may be reset when its user does not know its PIN. An application that shares its PIN with PIV may not be reset,
 * because that would erase the PIV keys too.
 */
export const mayResetFido = (context: OperationContext): boolean =>
  context.info.fido2 !== null && passkeyPolicyOf(context).reset === 'allow' && !isPinShared(context);

/** Notes whether a FIDO PIN is set, as long as the device cannot have its initial PIN yet. */
export function notePinBefore(context: OperationContext): void {
  const { device, info } = context;
  const isUntouched = device?.escrows.every(({ appliedAt }) => appliedAt === null) ?? true;
  if (isUntouched && !context.of(credentials).isApplied)
    context.keep(fidoPin, { wasSet: info.fido2?.pinSet ?? null, isInitialPin: null });
}
