import { decodeBytes } from '@cardwright/protocol';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import type { CrlPublisher } from '../../server/ca/published-crl.js';
import type { Database } from '../../server/store/database.js';
import { devicePolicies, registrationAuthorities } from '../../server/store/schema.js';
import { expiryDatesOf, type ExpiryDate, type ExpirySources } from './expiry-dates.js';

interface InstallationParts {
  readonly db: Database;
  readonly authority: Pick<CertificationAuthority, 'certificate'>;
  readonly crl: () => Pick<CrlPublisher, 'refresh' | 'last'>;
  readonly configuration: ExpirySources['configuration'];
}

/** Lists everything that expires in this installation, as it is now (`expiryDatesOf`). */
export type ReadExpiryDates = () => Promise<readonly ExpiryDate[]>;

/** Returns the function that lists what expires in the installation of a running portal. */
export const expiryDatesIn =
  ({ db, authority, crl, configuration }: InstallationParts): ReadExpiryDates =>
  async () => {
    const published = crl();
    await published.refresh();
    const [made] = await db.select({ certificate: registrationAuthorities.certificate }).from(registrationAuthorities);
    const policies = await db.select({ policy: devicePolicies.policy }).from(devicePolicies);
    return expiryDatesOf(
      {
        authority: authority.certificate,
        crl: published.last,
        registrationAuthority: made ? decodeBytes(made.certificate) : null,
        policies: policies.map(({ policy }) => policy),
        configuration,
      },
      new Date(),
    );
  };
