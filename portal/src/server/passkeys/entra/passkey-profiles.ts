import type { PasskeyObstacle } from '@cardwright/cms/passkeys';
import * as v from 'valibot';

/** The tenant's policy for passkeys: Graph's `fido2AuthenticationMethodConfiguration` with its passkey profiles. */

const ENABLED = 'enabled';

const keyRestrictions = v.object({
  isEnforced: v.nullish(v.boolean(), false),
  enforcementType: v.nullish(v.string(), 'block'),
  aaGuids: v.nullish(v.array(v.pipe(v.string(), v.toLowerCase())), []),
});

const passkeyProfile = v.object({
  id: v.string(),
  /** Names of the allowed types of passkeys, separated by commas. */
  passkeyTypes: v.nullish(v.string(), 'deviceBound'),
  attestationEnforcement: v.nullish(v.string(), 'disabled'),
  keyRestrictions: v.nullish(keyRestrictions, {}),
});

const target = v.object({ id: v.string(), allowedPasskeyProfiles: v.nullish(v.array(v.string()), []) });

const excluded = v.object({ id: v.string() });

const methodConfiguration = v.object({
  state: v.nullish(v.string(), ENABLED),
  /** While users may not register passkeys themselves, Graph does not register passkeys for them either (known issue of `creationOptions`). */
  isSelfServiceRegistrationAllowed: v.nullish(v.boolean(), true),
  /** Set if attestation is required in a tenant without profiles. */
  isAttestationEnforced: v.nullish(v.boolean(), false),
  keyRestrictions: v.nullish(keyRestrictions, {}),
  includeTargets: v.nullish(v.array(target), []),
  excludeTargets: v.nullish(v.array(excluded), []),
  passkeyProfiles: v.nullish(v.array(passkeyProfile), []),
});
export type MethodConfiguration = v.InferOutput<typeof methodConfiguration>;
type Target = v.InferOutput<typeof target>;
type Profile = Omit<v.InferOutput<typeof passkeyProfile>, 'id'>;

/** Id of the target that includes everyone. */
const ALL_USERS = 'all_users';
/** AAGUID of an authenticator that does not state its model. Such an authenticator cannot be attested (WebAuthn, 6.5.1.1). */
const NO_MODEL = '00000000-0000-0000-0000-000000000000';

/** Reads Graph's answer. Returns undefined if the answer is malformed. */
export function readMethodConfiguration(body: unknown): MethodConfiguration | undefined {
  const parsed = v.safeParse(methodConfiguration, body);
  return parsed.success ? parsed.output : undefined;
}

/** Lists the ids of the groups that the policy includes or excludes. The caller has to find out to which of these groups the user belongs. */
export const groupsOf = ({ includeTargets, excludeTargets }: MethodConfiguration): string[] => [
  ...new Set([...includeTargets, ...excludeTargets].map(({ id }) => id).filter((id) => id !== ALL_USERS)),
];

/**
 * Returns the reason why a user of these groups may not have a passkey on a model. Returns null if no reason is known. A passkey is allowed if it
 * satisfies one of the user's profiles. Without profiles, the settings of the whole tenant count as one profile. For a user who is included
 * without a profile no reason is known; Entra ID judges this user when the registration begins.
 *
 * @param aaguid AAGUID of the model; null if the model is unknown, so that only obstacles for all models count
 */
export function findObstacle(
  configuration: MethodConfiguration,
  groups: ReadonlySet<string>,
  aaguid: string | null,
): PasskeyObstacle | null {
  const { state, isSelfServiceRegistrationAllowed, excludeTargets } = configuration;
  if (state !== ENABLED || !isSelfServiceRegistrationAllowed) return 'service';
  const targets = targetsOf(configuration, groups);
  if (targets.length === 0 || excludeTargets.some(({ id }) => groups.has(id))) return 'person';
  const obstacles = profilesFor(configuration, targets).map((profile) => obstacleOf(profile, aaguid));
  if (obstacles.includes(null)) return null;
  return obstacles[0] ?? null;
}

const targetsOf = ({ includeTargets }: MethodConfiguration, groups: ReadonlySet<string>): readonly Target[] =>
  includeTargets.filter(({ id }) => id === ALL_USERS || groups.has(id));

function profilesFor(configuration: MethodConfiguration, targets: readonly Target[]): readonly Profile[] {
  const { passkeyProfiles, isAttestationEnforced, keyRestrictions: restrictions } = configuration;
  if (passkeyProfiles.length === 0)
    return [
      {
        passkeyTypes: 'deviceBound',
        attestationEnforcement: isAttestationEnforced ? 'registrationOnly' : 'disabled',
        keyRestrictions: restrictions,
      },
    ];
  const allowed = targets.flatMap(({ allowedPasskeyProfiles }) => allowedPasskeyProfiles);
  return passkeyProfiles.filter(({ id }) => allowed.includes(id));
}

function obstacleOf(profile: Profile, aaguid: string | null): PasskeyObstacle | null {
  const { passkeyTypes, attestationEnforcement, keyRestrictions: restrictions } = profile;
  const types = passkeyTypes.split(',').map((type) => type.trim());
  // A passkey on a security key is device-bound, so a profile without this type allows no model.
  if (!types.includes('deviceBound')) return 'model';
  if (aaguid === null) return null;
  const isListed = restrictions.aaGuids.includes(aaguid.toLowerCase());
  if (restrictions.isEnforced && isListed !== (restrictions.enforcementType === 'allow')) return 'model';
  return attestationEnforcement === 'registrationOnly' && aaguid === NO_MODEL ? 'attestation' : null;
}
