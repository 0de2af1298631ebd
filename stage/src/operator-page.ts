import { findElement } from './page-search.js';
import type { PortalUser } from './portal-user.js';

/** Actions on a device that `act` can perform. Each has a button on the operator's page. */
type OperatorAction = 'approve' | 'decline' | 'activate' | 'suspend' | 'resume' | 'release' | 'terminate' | 'ask-renew';
/** Actions whose dialog asks for a reason. */
const WITH_REASON: ReadonlySet<OperatorAction> = new Set<OperatorAction>([
  'decline',
  'suspend',
  'release',
  'terminate',
  'ask-renew',
]);
/** Actions that a dialog asks about. */
const ASKED_ABOUT: ReadonlySet<OperatorAction> = new Set<OperatorAction>([...WITH_REASON, 'approve']);

/** The operator's page, as a user with the role "operator" uses it. */
export class OperatorPage {
  constructor(private readonly user: PortalUser) {}

  /**
   * Performs an action on the first device in the table that permits it.
   *
   * @param reason the reason that is entered if the action's dialog asks for one
   */
  async act(action: OperatorAction, reason = 'It was asked for.'): Promise<void> {
    await this.user.click(`button[data-action="${action}"]`);
    if (!ASKED_ABOUT.has(action)) return;
    if (WITH_REASON.has(action)) await this.user.type('dialog[open] #reason', reason);
    if (action === 'terminate') await this.user.click('dialog[open] #meant');
    await this.user.lookAt(this.user.page, `operator-${action}`);
    await this.user.click('dialog[open] #confirm');
  }

  /**
   * Lets the page show the initial PIN of the first device that has an initial PIN, and reads the PIN. The operator must have signed in less than ten
   * minutes ago: the page then asks nothing.
   */
  async showInitialPin(): Promise<string> {
    await this.user.click('button[data-action="initial-pin"]');
    return this.user.readShownSecret();
  }

  /** Waits until the table shows a device in a state. */
  async deviceIs(state: string): Promise<void> {
    await findElement(this.user.page, `.badge.${state}`);
    await this.user.lookAt(this.user.page, `operator-${state}`);
  }
}
