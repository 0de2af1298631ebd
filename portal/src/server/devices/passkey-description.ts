import { sayIn, type Passkey, type PasskeyService } from '@cardwright/cms';

/** A passkey as the page of its user shows it. */
export type PasskeyDescription = ReturnType<typeof describePasskey>;

export const describePasskey = (passkey: Passkey, services: readonly PasskeyService[], language: string) => ({
  id: passkey.id,
  /** The service's title, or its name where the portal knows it no longer. */
  title: titleOf(passkey.service, services, language),
  name: passkey.name,
  /** `not-proved`: nothing proves that it is on this device. */
  place: passkey.place,
  createdAt: passkey.createdAt.toISOString(),
  lastUsedAt: passkey.lastUsedAt?.toISOString() ?? null,
});

function titleOf(service: string, services: readonly PasskeyService[], language: string): string {
  const found = services.find(({ name }) => name === service);
  return found ? sayIn(language, found.title) : service;
}

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
  /** Since when its service is to remove it, and has not yet. */
  removalDueAt: passkey.removalDueAt?.toISOString() ?? null,
});

/** A passkey service as the form of device policies offers it. */
export type OfferedService = ReturnType<typeof describeService>;

export const describeService = ({ name, title, rpId }: PasskeyService, language: string) => ({
  name,
  title: sayIn(language, title),
  rpId,
});
