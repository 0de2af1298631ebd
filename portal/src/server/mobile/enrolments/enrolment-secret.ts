import { openFromStorage, sealForStorage } from '@cardwright/cms/keys';
import type { MobileEnrolment } from '../../store/schema.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { newSecret } from './secrets.js';

type Keys = Pick<EnrolmentServices, 'keys'>;
const labelOf = (id: string): string => `mobile-enrolment ${id}`;

/** A secret of an enrolment, and the same sealed for storage. */
export interface EnrolmentSecret {
  readonly secret: string;
  readonly sealedSecret: string;
}

/** Returns the secret from which the challenges of an enrolment are derived. If the enrolment has none yet, makes one, which the caller stores. */
export async function secretOf(
  { keys }: Keys,
  { id, sealedSecret }: Pick<MobileEnrolment, 'id' | 'sealedSecret'>,
): Promise<EnrolmentSecret> {
  if (sealedSecret !== null) return { sealedSecret, secret: await openFromStorage(sealedSecret, keys, labelOf(id)) };
  const secret = newSecret();
  return { secret, sealedSecret: await sealForStorage(secret, keys, labelOf(id)) };
}
