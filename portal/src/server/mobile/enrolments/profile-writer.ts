import type { CertificationAuthority, PhoneSlot, Subscriber } from '@cardwright/cms/authority';
import { words } from '@cardwright/words/at-once/portal-server';
import type { EnrollingPhone, MobileEnrolment, User } from '../../store/schema.js';
import type { CertificateOrder, EnrolmentMethod } from '../profiles/enrolment-method.js';
import { openProfileSigner, type ProfileSigner } from '../profiles/profile-signer.js';
import {
  configurationProfile,
  enrolmentProfile,
  identificationProfile,
  payloadIdentifier,
  profileIdentifier,
  type ProfileOptions,
} from '../profiles/profiles.js';
import { scepMethod } from '../profiles/scep-method.js';
import { writePropertyList } from '../profiles/write-property-list.js';
import type { PropertyDictionary } from '../profiles/enrolment-method.js';
import type { MobileSettings } from '../settings.js';
import { issuerOf, type RegistrationAuthority } from './registration-authority.js';

/** Seconds after which a phone asks again for a pending certificate. */
const RETRY_DELAY = 10;
const SECOND = 1000;
/** Name by which clients ask the SCEP server for its authority. The server has one authority. */
const SCEP_NAME = 'mobile';

/** Slot of a certificate that a phone is to request, with the challenge for it. */
export interface ChallengedSlot {
  readonly slot: PhoneSlot;
  readonly challenge: string;
}

type Names = Pick<Subscriber, 'email' | 'upn' | 'sid'>;
const NOBODY: Names = { email: null, upn: null, sid: null };
/**
 * Names that a phone requests for each certificate. The authority does not read them from the request, but puts the same names into the
 * certificate (`PROFILES`).
 */
const NAMES: Readonly<Record<PhoneSlot, (user: User) => Names>> = {
  'phone-identity': () => NOBODY,
  'phone-authentication': ({ email, upn, sid }) => ({ email, upn, sid }),
  'phone-signature': ({ email }) => ({ ...NOBODY, email }),
  'phone-encryption': ({ email }) => ({ ...NOBODY, email }),
};

type Row = Pick<MobileEnrolment, 'id' | 'userId' | 'language'>;

/** Writes the profiles of an enrolment. Each profile is a CMS SignedData in DER (RFC 5652). */
export class ProfileWriter {
  #signer: { readonly by: object; readonly signer: ProfileSigner } | undefined;

  constructor(
    private readonly settings: MobileSettings,
    private readonly registration: RegistrationAuthority,
    private readonly authority: Pick<CertificationAuthority, 'certificate' | 'formerCertificates'>,
    private readonly origin: () => string,
  ) {}

  /** Writes the first profile, which asks the phone for its identity. */
  identification(enrolment: Row, challenge: string): Promise<Uint8Array> {
    return this.#sign(
      identificationProfile({
        ...this.#options(enrolment, null),
        url: `${this.origin()}/mobile/profile-service/${enrolment.id}`,
        challenge,
      }),
    );
  }

  /**
   * Writes the second profile, which has the phone request its identity certificate. With this certificate the phone signs its request for the
   * third profile.
   */
  enrolment(enrolment: Row, phone: EnrollingPhone, user: User, challenge: string): Promise<Uint8Array> {
    const options = this.#options(enrolment, phone);
    const certificate = this.#order(enrolment, options, user, { slot: 'phone-identity', challenge });
    return this.#sign(enrolmentProfile({ ...options, method: this.#method(), certificate }));
  }

  /** Writes the third profile, which stays on the phone. @param secret the secret in the address of its icon */
  configuration(
    enrolment: Row,
    phone: EnrollingPhone,
    user: User,
    { ordered, secret }: { readonly ordered: readonly ChallengedSlot[]; readonly secret: string },
  ): Promise<Uint8Array> {
    const icon = `${this.origin()}/mobile/installed/${enrolment.id}/${secret}`;
    const options = this.#options(enrolment, phone);
    const certificates = ordered.map((one) => this.#order(enrolment, options, user, one));
    const authority = this.authority.certificate;
    return this.#sign(configurationProfile({ ...options, method: this.#method(), certificates, authority, icon }));
  }

  #options({ userId: user, language }: Row, phone: EnrollingPhone | null): ProfileOptions {
    const { organization } = this.settings;
    const host = new URL(this.origin()).hostname;
    return { organization, language, identifier: profileIdentifier({ host, user, device: phone?.udid ?? null }) };
  }

  #order(
    { id, language }: Row,
    { identifier }: ProfileOptions,
    user: User,
    { slot, challenge }: ChallengedSlot,
  ): CertificateOrder {
    return {
      slot,
      url: `${this.origin()}/mobile/scep/${id}`,
      challenge,
      displayName: words.in(language).phoneCertificates[slot],
      commonName: user.displayName,
      ...NAMES[slot](user),
      identifier: payloadIdentifier(identifier, slot),
    };
  }

  /**
   * Returns the method by which the phone requests certificates. The number of repeated requests covers the time in which the user may confirm the
   * phone.
   */
  #method(): EnrolmentMethod {
    const { keySize, confirmationTime } = this.settings;
    const retries = Math.ceil(confirmationTime / (RETRY_DELAY * SECOND)) + 1;
    return scepMethod({
      authority: this.authority.certificate,
      name: SCEP_NAME,
      keySize,
      retries,
      retryDelay: RETRY_DELAY,
    });
  }

  async #sign(profile: PropertyDictionary): Promise<Uint8Array> {
    return (await this.#openSigner()).sign(writePropertyList(profile));
  }

  /**
   * Returns the signer of profiles. Without a signer in the settings, the registration authority signs. The signer is made again if that authority
   * was replaced.
   */
  async #openSigner(): Promise<ProfileSigner> {
    const { signing } = this.settings;
    const by = signing ?? (await this.registration.current());
    if (this.#signer?.by !== by) {
      const certificates = 'certificates' in by ? by.certificates : [by.certificate, issuerOf(by, this.authority)];
      this.#signer = { by, signer: openProfileSigner({ certificates, key: by.key }) };
    }
    return this.#signer.signer;
  }
}
