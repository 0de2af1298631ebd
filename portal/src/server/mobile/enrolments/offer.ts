import type { MobileOffer } from '@cardwright/protocol';
import type { User } from '../../store/schema.js';
import type { MobileSettings } from '../settings.js';

/** Whether a user may add mobile devices. */
export const mayEnrol = ({ users }: Pick<MobileSettings, 'users'>, { username }: User): boolean =>
  users === null || users.includes(username);

/** What a page says before it starts an enrolment; null where the user may start none. */
export const offerFor = (settings: MobileSettings, user: User): MobileOffer | null =>
  mayEnrol(settings, user) ? { proof: settings.proof, verified: settings.signing !== null } : null;
