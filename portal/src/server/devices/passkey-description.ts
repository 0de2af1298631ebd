import { sayIn } from '@cardwright/cms/operations';
import type { PasskeyService } from '@cardwright/cms/passkeys';
import type { Passkey } from '@cardwright/cms/store';

/** A passkey as its user's page shows it. */
export type PasskeyDescription = ReturnType<typeof describePasskey>;

export const describePasskey = (passkey: Passkey, services: readonly PasskeyService[], language: string) => ({
  id: passkey.id,
  /** Title of the service; the name of the service if the service is no longer configured. */
  title: titleOf(passkey.service, services, language),
  name: passkey.name,
  /** `not-proved` if nothing proves that the passkey is on this device. */
  place: passkey.place,
  createdAt: passkey.createdAt.toISOString(),
  lastUsedAt: passkey.lastUsedAt?.toISOString() ?? null,
});

function titleOf(service: string, services: readonly PasskeyService[], language: string): string {
  const found = services.find(({ name }) => name === service);
  return found ? asHeading(sayIn(language, found.title)) : service;
}

/**
 * Returns a title whose first letter is a capital, for use as a heading. The title of the portal's own service is written for use inside a
 * sentence: "this portal".
 */
const asHeading = (title: string): string =>
  title.replace(/^\p{Ll}+(?!\S)/u, (word) => word.charAt(0).toUpperCase() + word.slice(1));

/** A passkey as the operator's page shows it. */
export type OperatorPasskey = ReturnType<typeof describePasskeyForOperator>;

export const describePasskeyForOperator = (
  passkey: Passkey,
  services: readonly PasskeyService[],
  language: string,
) => ({
  ...describePasskey(passkey, services, language),
  rpId: passkey.rpId,
  aaguid: passkey.aaguid,
  attested: passkey.attested,
  way: passkey.way,
  /** Time from which the service should remove the passkey; null if the passkey is to stay. */
  removalDueAt: passkey.removalDueAt?.toISOString() ?? null,
});

/** A passkey service as the form of device policies offers it. */
export type OfferedService = ReturnType<typeof describeService>;

export const describeService = ({ name, title, rpId }: PasskeyService, language: string) => ({
  name,
  title: asHeading(sayIn(language, title)),
  rpId,
});
