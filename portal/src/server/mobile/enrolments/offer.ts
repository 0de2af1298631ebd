import type { MobileOffer } from '@cardwright/protocol/mobile';
import type { User } from '../../store/schema.js';
import type { MobileSettings } from '../settings.js';

/** True if a user may add mobile devices. */
export const mayEnrol = ({ users }: Pick<MobileSettings, 'users'>, { username }: User): boolean =>
  users === null || users.includes(username);

/** Returns what the user's page shows before an enrolment is started. Returns null if the user may not start an enrolment. */
export const offerFor = (settings: MobileSettings, user: User): MobileOffer | null =>
  mayEnrol(settings, user) ? { proof: settings.proof, verified: settings.signing !== null } : null;
