import type { Cms } from '@cardwright/cms';
import { deleteEnded } from '../accounts/sessions.js';
import { LeaverChecker } from '../login/leaver-checks.js';
import { LeaverMeasures } from '../login/leaver-measures.js';
import { SessionChecker } from '../login/session-checks.js';
import type { SignIn } from '../login/sign-in.js';
import type { Configuration } from '../settings/configuration.js';
import type { PortalDatabase } from '../store/database.js';
import type { Job } from '../work/due-work.js';

/** Opened parts of a portal whose work becomes due. */
interface JobParts {
  readonly database: PortalDatabase;
  readonly cms: Cms;
  readonly signIn: SignIn;
}

/** Removes due passkeys from their services. */
export const passkeyRemovals = (cms: Cms): Job => ({
  doSome: (signal) => cms.removeDuePasskeys(signal),
  failed: (problem) => `Passkeys could not be removed at their services (${problem}); the portal keeps trying.`,
});

/** The portal's own jobs that nothing but time makes due. */
export function jobsOf(configuration: Configuration, { database, cms, signIn }: JobParts): readonly Job[] {
  const { db } = database;
  const checker = new SessionChecker(db, signIn);
  const leaverChecker = new LeaverChecker(db, signIn.directory);
  const measures = new LeaverMeasures(database, configuration.signIn.leavers);
  return [
    {
      doSome: (signal) => cms.tellDueNotices(signal),
      failed: (problem) => `Owners of devices could not be told (${problem}); the portal tries again.`,
    },
    {
      // Ends work that waited in vain, so that the audit log says so.
      doSome: (signal) => cms.endExpiredWork(signal),
      failed: (problem) => `Work whose time is over could not be ended (${problem}); the portal tries again.`,
    },
    {
      // Deletes sessions whose time is over, so that the audit log says so. No request gets into them in any case.
      doSome: () => deleteEnded(db, configuration.sessionEnds),
      failed: (problem) => `Sessions that are over could not be deleted (${problem}); the portal tries again.`,
    },
    {
      doSome: (signal) => checker.checkDue(signal),
      failed: (problem) => `Sessions could not be checked (${problem}); the portal tries again.`,
    },
    {
      doSome: (signal) => leaverChecker.checkDue(signal),
      failed: (problem) => `The directory could not be asked who left (${problem}); the portal tries again.`,
    },
    {
      doSome: (signal) => measures.takeDue(signal),
      failed: (problem) => `Devices of people who left could not be suspended (${problem}); the portal tries again.`,
    },
  ];
}
