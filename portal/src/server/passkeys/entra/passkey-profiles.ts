import * as v from 'valibot';

/** The tenant's policy for passkeys: Graph's `fido2AuthenticationMethodConfiguration` with its passkey profiles. */

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

const methodConfiguration = v.object({
  /** Set if attestation is required in a tenant without profiles. */
  isAttestationEnforced: v.nullish(v.boolean(), false),
  keyRestrictions: v.nullish(keyRestrictions, {}),
  includeTargets: v.nullish(v.array(target), []),
  passkeyProfiles: v.nullish(v.array(passkeyProfile), []),
});
export type MethodConfiguration = v.InferOutput<typeof methodConfiguration>;
type Profile = Omit<v.InferOutput<typeof passkeyProfile>, 'id'>;

/** Id of the target that includes everyone. */
const ALL_USERS = 'all_users';
/** AAGUID of an authenticator that does not state its model. It cannot be attested (WebAuthn, 6.5.1.1). */
const NO_MODEL = '00000000-0000-0000-0000-000000000000';

/** Reads Graph's answer; returns undefined if it is malformed. */
export function readMethodConfiguration(body: unknown): MethodConfiguration | undefined {
  const parsed = v.safeParse(methodConfiguration, body);
  return parsed.success ? parsed.output : undefined;
}

/**
 * Lists the ids of the groups to which the policy applies; empty in a tenant without passkey profiles. The caller has to find out
 * to which of them the user belongs.
 */
export const groupsOf = ({ includeTargets, passkeyProfiles }: MethodConfiguration): string[] =>
  passkeyProfiles.length === 0 ? [] : includeTargets.map(({ id }) => id).filter((id) => id !== ALL_USERS);

/**
 * Returns the reason why a user of these groups may not have a passkey on a model; null if there is none. A passkey is allowed if
 * it satisfies one of the user's profiles. Without profiles, the settings of the whole tenant count as one. For a user without a
 * profile nothing is known before the registration begins.
 *
 * @param aaguid null for an unknown model: then only obstacles for every model count
 */
export function findObstacle(
  configuration: MethodConfiguration,
  groups: ReadonlySet<string>,
  aaguid: string | null,
): 'model' | 'attestation' | null {
  const obstacles = profilesFor(configuration, groups).map((profile) => obstacleOf(profile, aaguid));
  if (obstacles.includes(null)) return null;
  return obstacles[0] ?? null;
}

function profilesFor(configuration: MethodConfiguration, groups: ReadonlySet<string>): readonly Profile[] {
  const { includeTargets, passkeyProfiles, isAttestationEnforced, keyRestrictions: restrictions } = configuration;
  if (passkeyProfiles.length === 0)
    return [
      {
        passkeyTypes: 'deviceBound',
        attestationEnforcement: isAttestationEnforced ? 'registrationOnly' : 'disabled',
        keyRestrictions: restrictions,
      },
    ];
  const allowed = includeTargets
    .filter(({ id }) => id === ALL_USERS || groups.has(id))
    .flatMap(({ allowedPasskeyProfiles }) => allowedPasskeyProfiles);
  return passkeyProfiles.filter(({ id }) => allowed.includes(id));
}

function obstacleOf(profile: Profile, aaguid: string | null): 'model' | 'attestation' | null {
  const { passkeyTypes, attestationEnforcement, keyRestrictions: restrictions } = profile;
  const types = passkeyTypes.split(',').map((type) => type.trim());
  // A passkey on a security key is device-bound, so a profile without this type allows no model.
  if (!types.includes('deviceBound')) return 'model';
  if (aaguid === null) return null;
  const isListed = restrictions.aaGuids.includes(aaguid.toLowerCase());
  if (restrictions.isEnforced && isListed !== (restrictions.enforcementType === 'allow')) return 'model';
  return attestationEnforcement === 'registrationOnly' && aaguid === NO_MODEL ? 'attestation' : null;
}
