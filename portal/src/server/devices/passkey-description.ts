import type { Language, Passkey, PasskeyService } from '@cardwright/cms';

/** A passkey as the page of its user shows it. */
export type PasskeyDescription = ReturnType<typeof describePasskey>;

export const describePasskey = (passkey: Passkey, services: readonly PasskeyService[], language: Language) => ({
  id: passkey.id,
  /** The service's title, or its name where the portal knows it no longer. */
  title: services.find(({ name }) => name === passkey.service)?.title[language] ?? passkey.service,
  name: passkey.name,
  /** `not-proved`: nothing proves that it is on this device. */
  place: passkey.place,
  createdAt: passkey.createdAt.toISOString(),
  lastUsedAt: passkey.lastUsedAt?.toISOString() ?? null,
});

/** A passkey as the operator's page shows it. */
export type OperatorPasskey = ReturnType<typeof describePasskeyForOperator>;

export const describePasskeyForOperator = (passkey: Passkey, services: readonly PasskeyService[]) => ({
  // The operator's pages are in English.
  ...describePasskey(passkey, services, 'en'),
  rpId: passkey.rpId,
  aaguid: passkey.aaguid,
  attested: passkey.attested,
  way: passkey.way,
  /** Since when its service is to remove it, and has not yet. */
  removalDueAt: passkey.removalDueAt?.toISOString() ?? null,
});

/** A passkey service as the form of device policies offers it. */
export type OfferedService = ReturnType<typeof describeService>;

export const describeService = ({ name, title, rpId }: PasskeyService) => ({ name, title: title.en, rpId });
