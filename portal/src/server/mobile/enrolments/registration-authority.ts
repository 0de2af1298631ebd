import { createPrivateKey, generateKeyPair, randomUUID, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import { openFromStorage, readForeignCertificate, sealForStorage, type KeyRing } from '@cardwright/cms/keys';
import { decodeBytes, encodeBytes } from '@cardwright/protocol';
import { eq, sql } from 'drizzle-orm';

import { LOCKS } from '../../store/advisory-locks.js';
import type { Database, PortalDatabase } from '../../store/database.js';
import { isAnyEnrolmentOpen } from '../../store/mobile-rows.js';
import { registrationAuthorities } from '../../store/schema.js';
import type { MobileSettings } from '../settings.js';

const newKeyPair = promisify(generateKeyPair);

/** Id of the only row in the table. */
const ID = 1;
const LABEL = 'registration-authority';
const KEY_BITS = 2048;
const DAYS = 730;
const DAY = 24 * 60 * 60 * 1000;
/**
 * Time before the certificate's expiry from which it is replaced if no phone is enrolling: 30 days, or a third of the certificate's life if that is
 * shorter.
 */
const RENEWED_BEFORE = { days: 30, part: 1 / 3 };
/**
 * Time before the expiry from which the certificate is replaced even if a phone is enrolling: a day, or a thirtieth of its life if that is shorter.
 */
const RENEWED_AT_LAST = { days: 1, part: 1 / 30 };

/** Certificate and key of the registration authority. The SCEP server signs with the key, and phones encrypt to the certificate. */
export interface RegistrationIdentity {
  /** The certificate in DER. */
  readonly certificate: Uint8Array;
  /** The RSA private key. */
  readonly key: KeyObject;
}

interface RegistrationParts {
  readonly database: Pick<PortalDatabase, 'db'>;
  readonly keys: KeyRing;
  readonly authority: CertificationAuthority;
  readonly now: () => Date;
}

type Row = typeof registrationAuthorities.$inferSelect;

/**
 * The registration authority of the SCEP server: a key and its certificate. If the settings contain neither, the portal makes a key at the first use,
 * and has the certification authority certify the key. The database keeps the sealed key and the certificate for all processes of the portal.
 *
 * If the portal made the registration authority, it replaces the registration authority at a use shortly before the certificate expires
 * (`RENEWED_BEFORE`). A phone that is enrolling knows only the old certificate, so the replacement waits until no enrolment is open, at the latest
 * until `RENEWED_AT_LAST`. It also waits if a former key of the certification authority certified the registration authority. If the portal now has
 * another certification authority, the replacement does not wait.
 */
export class RegistrationAuthority {
  #opened: { readonly sealedKey: string; readonly identity: RegistrationIdentity } | undefined;

  /** @param name common name for a registration authority that the portal makes */
  constructor(
    private readonly configured: MobileSettings['registrationAuthority'],
    private readonly name: string,
    private readonly parts: RegistrationParts,
  ) {}

  /**
   * Returns the registration authority. If its replacement is due, replaces it first.
   *
   * @throws CardwrightError `CA_REFUSED`, `CA_UNAVAILABLE` if a new certificate is needed and the certification authority does not issue it; Error if
   *   the new certificate is for another key or by another authority
   */
  async current(): Promise<RegistrationIdentity> {
    if (this.configured) return this.configured;
    const row = await this.#read(this.parts.database.db);
    if (row && !(await this.#isToReplace(this.parts.database.db, row))) return this.#open(row);
    return this.#open(await this.#replace());
  }

  async #read(db: Database): Promise<Row | undefined> {
    const [row] = await db.select().from(registrationAuthorities).where(eq(registrationAuthorities.id, ID));
    return row;
  }

  async #isToReplace(db: Database, row: Row): Promise<boolean> {
    const certificate = decodeBytes(row.certificate);
    const { certificate: own, formerCertificates = [] } = this.parts.authority;
    if (!isIssuedBy(certificate, own)) {
      const isOfFormer = formerCertificates.some((former) => isIssuedBy(certificate, former));
      return !isOfFormer || !(await isAnyEnrolmentOpen(db));
    }
    const end = row.notAfter.getTime();
    const life = end - new Date(readForeignCertificate(certificate).validFrom).getTime();
    const isWithin = ({ days, part }: typeof RENEWED_BEFORE): boolean =>
      end - this.parts.now().getTime() <= Math.min(days * DAY, part * life);
    if (!isWithin(RENEWED_BEFORE)) return false;
    return isWithin(RENEWED_AT_LAST) || !(await isAnyEnrolmentOpen(db));
  }

  /**
   * Replaces the registration authority. If several processes try this at once, the first process makes the new registration authority, and the
   * others wait for it.
   */
  #replace(): Promise<Row> {
    return this.parts.database.db.transaction(async (db) => {
      await db.execute(sql`SELECT pg_advisory_xact_lock(${LOCKS.registrationAuthority})`);
      const row = await this.#read(db);
      if (row && !(await this.#isToReplace(db, row))) return row;
      const made = await this.#make();
      await db
        .insert(registrationAuthorities)
        .values(made)
        .onConflictDoUpdate({ target: registrationAuthorities.id, set: made });
      return made;
    });
  }

  async #make(): Promise<Row> {
    const { publicKey, privateKey } = await newKeyPair('rsa', { modulusLength: KEY_BITS });
    const nobody = { username: LABEL, email: null, upn: null, sid: null, guid: randomUUID() };
    const certificate = await this.parts.authority.issue({
      slot: 'registration-authority',
      subscriber: { ...nobody, displayName: this.name },
      publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
      policies: [],
      days: DAYS,
    });
    const issued = readForeignCertificate(certificate);
    // A certificate by another authority would be replaced again and again. A certificate for another key would be of no use.
    if (!isIssuedBy(certificate, this.parts.authority.certificate) || !issued.checkPrivateKey(privateKey))
      throw new Error('the authority certified something else than the key of the registration authority');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return {
      id: ID,
      sealedKey: await sealForStorage(pem, this.parts.keys, LABEL),
      certificate: encodeBytes(certificate),
      notAfter: new Date(issued.validTo),
    };
  }

  async #open({ sealedKey, certificate }: Row): Promise<RegistrationIdentity> {
    if (this.#opened?.sealedKey !== sealedKey) {
      const key = createPrivateKey(await openFromStorage(sealedKey, this.parts.keys, LABEL));
      this.#opened = { sealedKey, identity: { certificate: decodeBytes(certificate), key } };
    }
    return this.#opened.identity;
  }
}

/** Returns the certificate of the authority whose key has signed that of a registration authority; the present one if none has. */
export const issuerOf = (
  { certificate }: Pick<RegistrationIdentity, 'certificate'>,
  { certificate: own, formerCertificates = [] }: Pick<CertificationAuthority, 'certificate' | 'formerCertificates'>,
): Uint8Array => [own, ...formerCertificates].find((issuer) => isIssuedBy(certificate, issuer)) ?? own;

/** True if an authority's key has signed a certificate. Both are DER. */
export function isIssuedBy(der: Uint8Array, issuerDer: Uint8Array): boolean {
  const issuer = readForeignCertificate(issuerDer);
  const certificate = readForeignCertificate(der);
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
