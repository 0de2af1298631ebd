import { reasonOf } from '../log/reason-of.js';

/** State of a provider or the directory at the last look. */
export interface ProviderHealth {
  /** Its name in the settings. */
  readonly name: string;
  readonly kind: 'provider' | 'directory';
  /** Why nobody can sign in by it; null if it can be used. */
  readonly reason: string | null;
}

/** Something by which people sign in. */
interface Asked {
  readonly name: string;
  /** Asks it as a sign-in would. @throws an error if nobody can sign in by it */
  probe(): Promise<void>;
}

/** Those that the settings name. */
export interface AskedProviders {
  readonly providers: readonly Asked[];
  readonly directory: Asked | null;
}

/** Asks each provider for its metadata, and the directory for its people, as a sign-in would. Names no person. */
export async function lookAtProviders({ providers, directory }: AskedProviders): Promise<readonly ProviderHealth[]> {
  return Promise.all([
    ...providers.map((provider) => judge(provider.name, 'provider', () => provider.probe())),
    ...(directory === null ? [] : [judge(directory.name, 'directory', () => directory.probe())]),
  ]);
}

const judge = async (name: string, kind: ProviderHealth['kind'], probe: () => Promise<void>): Promise<ProviderHealth> =>
  probe().then(
    () => ({ name, kind, reason: null }),
    (error: unknown) => ({ name, kind, reason: reasonOf(error) || 'no answer' }),
  );

/** The sentence for the journal and for `doctor`, without its reason. */
export const providerSentence = ({ name, kind }: ProviderHealth): string => `Nobody can sign in by the ${kind} ${name}`;
