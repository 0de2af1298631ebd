import { PortalUser, type Look, type Stage } from '@cardwright/stage';
import type { DemoAccounts } from './demo-portal.js';
import { PROVIDER, type ProviderOfPeople } from './people-at-provider.js';

/** How the people of the demo sign in. */
export interface Entry {
  /** Signs a person in, as they would do it themselves. */
  readonly signIn: (stage: Stage, person: keyof DemoAccounts, look?: Look) => Promise<PortalUser>;
  /** The place where they sign in, for a sentence. */
  readonly place: string;
  /** A sentence that says how to become the operator. */
  readonly asOperator: string;
}

/** Returns how people sign in: with the passwords of their accounts, or at a provider if there is one. */
export const entryOf = (accounts: DemoAccounts, people: ProviderOfPeople | null): Entry =>
  people === null
    ? {
        signIn: (stage, person, look) => PortalUser.login(stage, accounts[person], look),
        place: '',
        asOperator: `sign out and sign in as ${accounts.operator.username}, password ${accounts.operator.password}`,
      }
    : {
        signIn: (stage, person, look) => PortalUser.loginAt(stage, PROVIDER, accounts[person].username, look),
        place: ' at the identity provider',
        asOperator: 'sign out and sign in at Example Company as Oscar Operator',
      };
