import { randomBytes, randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { badRequest, GraphError } from './graph-error.js';
import { verifyNewPasskey } from './verify-new-passkey.js';

export interface EntraUser {
  readonly upn: string;
  /** The ids of the user's groups. */
  readonly groups?: readonly string[];
}

/** A `fido2AuthenticationMethod` of Graph. */
export interface Fido2Method {
  readonly id: string;
  readonly displayName: string;
  readonly createdDateTime: string;
  readonly aaGuid: string;
  readonly model: string;
  readonly attestationCertificates: readonly string[];
  readonly attestationLevel: 'attested' | 'notAttested';
}

/** `passkeyProfile` (Graph v1.0). */
export interface PasskeyProfile {
  readonly id: string;
  readonly name: string;
  readonly passkeyTypes: string;
  readonly attestationEnforcement: 'disabled' | 'registrationOnly';
  readonly keyRestrictions: {
    readonly isEnforced: boolean;
    readonly enforcementType: 'allow' | 'block';
    readonly aaGuids: readonly string[];
  };
}

export interface PasskeyTarget {
  readonly id: string;
  readonly allowedPasskeyProfiles: readonly string[];
}

export const RP_ID = 'login.microsoft.com';
/** The length of a challenge in bytes: Entra ID's is an encrypted token. */
const CHALLENGE_BYTES = 3600;
const DEFAULT_PROFILE = '00000000-0000-0000-0000-000000000001';

interface Challenge {
  readonly upn: string;
  readonly expires: number;
}

const newMethod = v.strictObject({
  '@odata.type': v.exactOptional(v.literal('#microsoft.graph.fido2AuthenticationMethod')),
  displayName: v.pipe(v.string(), v.minLength(3), v.maxLength(30)),
  publicKeyCredential: v.strictObject({
    id: v.pipe(v.string(), v.regex(/^[\w-]+$/)),
    response: v.strictObject({ clientDataJSON: v.string(), attestationObject: v.string() }),
    clientExtensionResults: v.exactOptional(v.strictObject({})),
  }),
});

/** Forms of a method's id, which has the suffix. */
const IDS = {
  suffixed: (id: string) => id,
  padded: (id: string) => Buffer.from(id.slice(0, -1), 'base64url').toString('base64'),
  bare: (id: string) => id.slice(0, -1),
} as const;

/** The data and policies of a tenant. It is strict: it accepts only what the reference documents. */
export class EntraTenant {
  readonly #users: ReadonlyMap<string, EntraUser>;
  readonly #handles = new Map<string, string>();
  readonly #challenges = new Map<string, Challenge>();
  readonly #methods = new Map<string, Fido2Method[]>();

  /**
   * The form of the ids in `excludeCredentials`. `suffixed` ends with the number of padding characters, as the documentation of v1.0 says
   * today; `padded` is base64, as observed; `bare` has no padding, as earlier documentation said.
   */
  excludedIds: keyof typeof IDS = 'suffixed';
  /** Milliseconds for which a challenge is valid. */
  challengeLifetime = 5 * 60_000;
  profiles: readonly PasskeyProfile[] = [
    {
      id: DEFAULT_PROFILE,
      name: 'Default passkey profile',
      passkeyTypes: 'deviceBound',
      attestationEnforcement: 'disabled',
      keyRestrictions: { isEnforced: false, enforcementType: 'allow', aaGuids: [] },
    },
  ];
  state: 'enabled' | 'disabled' = 'enabled';
  isSelfServiceRegistrationAllowed = true;
  /** Ids of groups whose members may have no passkeys. */
  excludedGroups: readonly string[] = [];
  targets: readonly PasskeyTarget[] = [{ id: 'all_users', allowedPasskeyProfiles: [DEFAULT_PROFILE] }];

  /** @param roots PEM certificates of the trusted manufacturers */
  constructor(
    users: readonly EntraUser[],
    private readonly roots: readonly string[],
  ) {
    this.#users = new Map(users.map((user) => [user.upn, user]));
  }

  /** Changes the only profile. */
  restrict(change: Partial<PasskeyProfile>): void {
    this.profiles = this.profiles.map((profile) => ({ ...profile, ...change }));
  }

  creationOptions(upn: string): object {
    const user = this.#find(upn);
    if (!this.#mayHavePasskeys(user))
      throw new GraphError(403, 'accessDenied', `Passkeys are not enabled by policy for the user ${upn}.`);
    const challenge = randomBytes(CHALLENGE_BYTES).toString('base64url');
    const expires = Date.now() + this.challengeLifetime;
    this.#challenges.set(challenge, { upn, expires });
    const handle = this.#handles.get(upn) ?? randomBytes(36).toString('base64url');
    this.#handles.set(upn, handle);
    return {
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.webauthnCredentialCreationOptions',
      challengeTimeoutDateTime: new Date(expires).toISOString(),
      publicKey: {
        rp: { id: RP_ID, name: 'Microsoft' },
        user: { id: handle, name: user.upn, displayName: user.upn },
        challenge,
        pubKeyCredParams: [
          { type: 'public-key', alg: -7 },
          { type: 'public-key', alg: -257 },
        ],
        timeout: 60_000,
        excludeCredentials: this.methodsOf(upn).map(({ id }) => ({
          type: 'public-key',
          id: IDS[this.excludedIds](id),
          transports: ['usb', 'nfc'],
        })),
        authenticatorSelection: {
          authenticatorAttachment: 'cross-platform',
          requireResidentKey: true,
          userVerification: 'required',
        },
        attestation: 'direct',
        extensions: {
          hmacCreateSecret: true,
          enforceCredentialProtectionPolicy: true,
          credentialProtectionPolicy: 'userVerificationOptional',
        },
      },
    };
  }

  async create(upn: string, body: unknown): Promise<Fido2Method> {
    this.#find(upn);
    const parsed = v.safeParse(newMethod, body);
    if (!parsed.success) throw badRequest(`The request body is invalid: ${parsed.issues[0].message}`);
    const { displayName, publicKeyCredential: credential } = parsed.output;
    const verified = await verifyNewPasskey(credential, this.roots, (challenge) => this.#take(upn, challenge));
    const id = `${credential.id}${(4 - (credential.id.length % 4)) % 4}`;
    if (Array.from(this.#methods.values()).some((methods) => methods.some((one) => one.id === id)))
      throw new GraphError(409, 'conflict', 'The credential is registered already.');
    if (!this.#allows(upn, verified))
      throw new GraphError(400, 'badRequest', 'The passkey is not allowed by the passkey profiles of the user.');
    const method: Fido2Method = {
      id,
      displayName,
      createdDateTime: new Date().toISOString(),
      aaGuid: verified.aaguid,
      model: 'Test key',
      attestationCertificates: verified.certificates,
      attestationLevel: verified.isAttested ? 'attested' : 'notAttested',
    };
    this.#methods.set(upn, [...this.methodsOf(upn), method]);
    return method;
  }

  /** The passkeys of a user. */
  methodsOf = (upn: string): readonly Fido2Method[] => this.#methods.get(upn) ?? [];

  list(upn: string): object {
    this.#find(upn);
    return { value: this.methodsOf(upn) };
  }

  delete(upn: string, id: string): void {
    this.#find(upn);
    const methods = this.methodsOf(upn);
    if (!methods.some((one) => one.id === id)) throw new GraphError(404, 'resourceNotFound', 'No such method.');
    this.#methods.set(
      upn,
      methods.filter((one) => one.id !== id),
    );
  }

  /** `fido2AuthenticationMethodConfiguration`. */
  policy(): object {
    return {
      '@odata.type': '#microsoft.graph.fido2AuthenticationMethodConfiguration',
      id: 'Fido2',
      state: this.state,
      isSelfServiceRegistrationAllowed: this.isSelfServiceRegistrationAllowed,
      isAttestationEnforced: false,
      keyRestrictions: { isEnforced: false, enforcementType: 'block', aaGuids: [] },
      defaultPasskeyProfile: DEFAULT_PROFILE,
      includeTargets: this.targets.map((target) => ({
        targetType: 'group',
        isRegistrationRequired: false,
        ...target,
      })),
      excludeTargets: this.excludedGroups.map((id) => ({ targetType: 'group', id })),
      passkeyProfiles: this.profiles,
    };
  }

  checkMemberGroups(upn: string, body: unknown): object {
    const { groups = [] } = this.#find(upn);
    const parsed = v.safeParse(
      v.strictObject({ groupIds: v.pipe(v.array(v.pipe(v.string(), v.uuid())), v.maxLength(20)) }),
      body,
    );
    if (!parsed.success) throw badRequest('expected at most 20 ids of groups');
    return { value: parsed.output.groupIds.filter((id) => groups.includes(id)) };
  }

  #find(upn: string): EntraUser {
    const user = this.#users.get(upn);
    if (!user) throw new GraphError(404, 'Request_ResourceNotFound', 'The user does not exist.');
    return user;
  }

  /** Uses up a challenge, which the first answer does, right or wrong. */
  #take(upn: string, challenge: string): void {
    const known = this.#challenges.get(challenge);
    this.#challenges.delete(challenge);
    if (known?.upn !== upn) throw badRequest('The challenge is not one of this user.');
    if (known.expires <= Date.now()) throw badRequest('The challenge has expired.');
  }

  /** True if the policy is on, and names the user. Graph has the condition of self-service as a known issue. */
  #mayHavePasskeys({ groups = [] }: EntraUser): boolean {
    const isIncluded = this.targets.some(({ id }) => id === 'all_users' || groups.includes(id));
    const isExcluded = this.excludedGroups.some((id) => groups.includes(id));
    return this.state === 'enabled' && this.isSelfServiceRegistrationAllowed && isIncluded && !isExcluded;
  }

  #allows(upn: string, { aaguid, isAttested }: { readonly aaguid: string; readonly isAttested: boolean }): boolean {
    const { groups = [] } = this.#find(upn);
    const ids = this.targets
      .filter(({ id }) => id === 'all_users' || groups.includes(id))
      .flatMap(({ allowedPasskeyProfiles }) => allowedPasskeyProfiles);
    return this.profiles
      .filter(({ id }) => ids.includes(id))
      .some(({ passkeyTypes, attestationEnforcement, keyRestrictions: { isEnforced, enforcementType, aaGuids } }) => {
        const isListed = aaGuids.includes(aaguid);
        if (!passkeyTypes.split(',').includes('deviceBound')) return false;
        if (isEnforced && (enforcementType === 'allow' ? !isListed : isListed)) return false;
        return attestationEnforcement === 'disabled' || isAttested;
      });
  }
}

/** Creates an unused group id. */
export const newGroupId = (): string => randomUUID();
