import type { KeyRing } from '@cardwright/cms/keys';
import type { SessionProvider } from '../accounts/sessions.js';
import { ProviderAway } from './oidc/provider-error.js';
import { OidcProvider } from './oidc/provider.js';
import { openTokens } from './provider-sessions.js';
import type { SignInSettings } from './settings.js';

/** The configured providers, by which people sign in besides local accounts. */
export class SignIn {
  readonly providers: readonly OidcProvider[];

  /** @param origin returns the portal's origin, once the portal listens */
  constructor(
    { oidc }: SignInSettings,
    private readonly keys: KeyRing,
    origin: () => string,
  ) {
    this.providers = oidc.map((settings) => new OidcProvider(settings, origin));
  }

  find(name: string): OidcProvider | undefined {
    return this.providers.find((provider) => provider.name === name);
  }

  /**
   * Returns the address at which a user signs out of the provider of a session. Returns null if there is none, or if the provider cannot be reached:
   * the session here has ended either way.
   */
  async signOutAddress({ provider, tokens }: SessionProvider): Promise<string | null> {
    try {
      return (await this.find(provider)?.signOutAddress(await openTokens(tokens, this.keys))) ?? null;
    } catch (error) {
      if (error instanceof ProviderAway) return null;
      throw error;
    }
  }
}
