import { X509Certificate } from 'node:crypto';
import { bytesOf, isProfile } from './network.js';
import { installationFailed, PhoneFailure } from './phone-failure.js';
import { answerService, type AnswerSigner, type PhoneAttributes } from './phone-answer.js';
import type { Configuration, ProfileService } from './profile.js';
import { enrol, type Identity, type ScepClientOptions } from './scep-enrolment.js';
import { readSignedProfile, type ProfileTrust, type SignedProfile } from './signed-profile.js';

/** A profile that Settings lists, with the keys and authorities that the profile installed. */
export interface InstalledProfile {
  readonly identifier: string;
  readonly uuid: string;
  readonly displayName: string | null;
  readonly trust: ProfileTrust;
  /** Keys with certificates, by the identifiers of their payloads. */
  readonly identities: ReadonlyMap<string, Identity>;
  /** Authorities that the phone trusts because of this profile. */
  readonly roots: readonly X509Certificate[];
  /** Addresses of icons on the Home Screen, by the names below the icons. */
  readonly icons: ReadonlyMap<string, URL>;
}

/** The properties of a phone that an installation needs. */
export interface InstallingPhone extends ScepClientOptions {
  readonly attributes: PhoneAttributes;
  readonly factory: AnswerSigner;
  readonly trustedRoots: readonly string[];
}

/**
 * The steps after the user has pressed Install (Apple, Over-the-Air Profile Delivery and Configuration). A step that fails on the phone throws
 * `PhoneFailure`, and nothing is installed. The caller can end after any step, as if the phone were switched off, but cannot skip a step.
 */
export class Installation {
  #enrolment: Configuration | undefined;
  #identity: AnswerSigner | undefined;
  #final: { readonly profile: Configuration; readonly trust: ProfileTrust } | undefined;

  constructor(
    private readonly service: ProfileService,
    private readonly phone: InstallingPhone,
  ) {}

  /** Phase 1: sends the phone's identity, signed with its factory key, and receives the profile for the enrolment. */
  async identify(): Promise<void> {
    this.#enrolment = (await this.#post(this.phone.factory)).profile;
  }

  /** Phase 2: generates a key and gets a certificate for it. */
  async enrolIdentity(): Promise<void> {
    const enrolment = given(this.#enrolment);
    const orders = enrolment.payloads.flatMap((one) => (one.kind === 'scep' ? [one.order] : []));
    const [order, ...further] = orders;
    if (!order || further.length > 0) throw installationFailed('The profile does not bring one identity.');
    const { certificate, key } = await enrol(order, this.phone);
    this.#identity = { certificatePem: certificate.toString(), chainPem: '', key, digest: 'sha256' };
  }

  /** Phase 3: requests the configuration. The request is signed with the key of phase 2. */
  async fetchConfiguration(): Promise<void> {
    this.#final = await this.#post(given(this.#identity));
  }

  /** Installs the whole configuration. If a part fails, nothing is installed. */
  async installConfiguration(): Promise<InstalledProfile> {
    const { profile, trust } = given(this.#final);
    const identities = new Map<string, Identity>();
    const roots: X509Certificate[] = [];
    const icons = new Map<string, URL>();
    for (const payload of profile.payloads) {
      if (payload.kind === 'scep') identities.set(payload.identifier, await enrol(payload.order, this.phone));
      else if (payload.kind === 'web-clip') icons.set(payload.label, payload.url);
      else if (payload.isRoot) roots.push(readCertificate(payload.certificate));
      else readCertificate(payload.certificate);
    }
    const { identifier, uuid, displayName } = profile;
    return { identifier, uuid, displayName, trust, identities, roots, icons };
  }

  async #post(signer: AnswerSigner): Promise<{ profile: Configuration; trust: ProfileTrust }> {
    const body = new Uint8Array(await answerService(this.service, this.phone.attributes, signer));
    const response = await this.phone.network(this.service.url, {
      method: 'POST',
      headers: { 'user-agent': 'Profile/1.0', 'content-type': 'application/pkcs7-signature' },
      body,
    });
    if (!isProfile(response)) throw installationFailed(`The server answered ${response.status}, and no profile.`);
    return asConfiguration(await this.#read(await bytesOf(response)));
  }

  /**
   * Reads a profile.
   *
   * @throws PhoneFailure `Profile Installation Failed` for an invalid profile
   */
  async #read(bytes: Buffer): Promise<SignedProfile> {
    try {
      return await readSignedProfile(bytes, this.phone.trustedRoots);
    } catch (error) {
      throw error instanceof PhoneFailure ? installationFailed(error.reason, error) : error;
    }
  }
}

function asConfiguration({ profile, trust }: SignedProfile): { profile: Configuration; trust: ProfileTrust } {
  if (profile.kind !== 'configuration') throw installationFailed('It is not a configuration.');
  return { profile, trust };
}

function readCertificate(bytes: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw installationFailed('A payload is no certificate.', cause);
  }
}

function given<T>(earlier: T | undefined): T {
  if (earlier === undefined) throw new Error('An earlier step is missing.');
  return earlier;
}
