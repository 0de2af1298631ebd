import type { KeyRing } from '@cardwright/cms/keys';
import type { SessionProvider } from '../accounts/sessions.js';
import { Directory } from './ldap/directory.js';
import { groupsOf } from './oidc/claims.js';
import { OidcProvider } from './oidc/provider.js';
import { openTokens, sealTokens } from './provider-sessions.js';
import type { SignInSettings } from './settings.js';
import { PersonRefused, ProviderAway } from './sign-in-errors.js';
import type { GroupSettings } from './standing-by-groups.js';

/** What a provider or directory says now of a person whom it has signed in. */
export interface Look {
  /** The person's groups; null if nothing was said of them this time. */
  readonly groups: readonly string[] | null;
  /** Sealed tokens that replace the former ones; null if those stay. */
  readonly tokens: string | null;
}

/** The settings about the people of a provider or directory. */
export interface IssuerSettings extends GroupSettings {
  /** Set if a refused refresh token proves that the person left. */
  readonly refusalMeansLeft?: boolean;
}

const NOTHING: Look = { groups: null, tokens: null };

/** The configured providers and the directory, by which people sign in besides local accounts. */
export class SignIn {
  readonly providers: readonly OidcProvider[];
  /** Null if none is configured. */
  readonly directory: Directory | null;

  /** @param origin returns the portal's origin, once the portal listens */
  constructor(
    { oidc, ldap }: SignInSettings,
    private readonly keys: KeyRing,
    origin: () => string,
  ) {
    this.providers = oidc.map((settings) => new OidcProvider(settings, origin));
    this.directory = ldap ? new Directory(ldap) : null;
  }

  find(name: string): OidcProvider | undefined {
    return this.providers.find((provider) => provider.name === name);
  }

  /** Returns what the settings say of the provider or directory of a session. Returns undefined if they no longer have it. */
  settingsOf({ provider: name, issuer }: Pick<SessionProvider, 'provider' | 'issuer'>): IssuerSettings | undefined {
    if (this.directory?.issuer === issuer) return this.directory.settings;
    const settings = this.find(name)?.settings;
    return settings?.issuer === issuer ? settings : undefined;
  }

  /**
   * Asks the provider or directory of a session whether the person may stay. Says nothing if there is no way to ask.
   *
   * @throws ProviderAway if nothing is known; ProofRefused if the person may not stay, a PersonRefused if that was said of the person
   */
  async look({ provider: name, issuer, subject, tokens }: SessionProvider): Promise<Look> {
    if (this.directory?.issuer === issuer) {
      const person = await this.directory.find(subject);
      if (!person) throw new PersonRefused('not-in-directory');
      return { groups: person.groups, tokens: null };
    }
    const provider = this.find(name);
    if (!provider || tokens === null) return NOTHING;
    const before = await openTokens(tokens, this.keys);
    if (before.refreshToken === null) return NOTHING;
    const still = await provider.refresh(before, before.refreshToken, subject);
    return {
      groups: still.claims && groupsOf(provider.settings, still.claims),
      tokens: await sealTokens(still.tokens, this.keys),
    };
  }

  /**
   * Returns the address at which a user signs out of the provider of a session. Returns null if there is none, or if the provider cannot be reached:
   * the session here has ended either way.
   */
  async signOutAddress({ provider, tokens }: SessionProvider): Promise<string | null> {
    if (tokens === null) return null;
    try {
      return (await this.find(provider)?.signOutAddress(await openTokens(tokens, this.keys))) ?? null;
    } catch (error) {
      if (error instanceof ProviderAway) return null;
      throw error;
    }
  }
}
