import { DueWork } from '../due-work.js';

/** Deletes sessions that have ended because of their time, so that the audit log says so. No request gets into them in any case. */
export class EndedSessions extends DueWork {
  /** @param deleteSome deletes some sessions and returns their number */
  constructor(deleteSome: () => Promise<number>) {
    super(deleteSome, (problem) => `Sessions that are over could not be deleted (${problem}); the portal tries again.`);
  }
}
