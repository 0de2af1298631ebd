import { readBuildRecord } from '../system/build-record.js';
import { defineCheck, failed, passed, skipped } from './check.js';

const ID = 'clock';
/** Milliseconds by which a clock may be behind the time of the build: a clock may be set by hand, or to the wrong time zone. */
const TOLERANCE = 24 * 60 * 60 * 1_000;
/** Milliseconds after the build of a host during which the host is plausibly in use. */
const LIFETIME = 10 * 365 * 24 * 60 * 60 * 1_000;

/** Checks that the computer's clock is plausible. The steps that a portal signs for this host expire by this clock, after some minutes. */
export const clock = defineCheck({
  id: ID,
  title: 'Clock',
  summary: "The computer's clock: steps of the portal expire by it.",
  audience: 'everyone',
  run({ now, programFolder }) {
    const record = readBuildRecord(programFolder);
    if (record === null) return [skipped(ID, 'nothing tells when this host was built')];
    const time = new Date(now).toISOString();
    if (now < record.built - TOLERANCE)
      return [failed(ID, 'STEP_REFUSED', `it says ${time}, before this host was built`, REMEDY)];
    if (now > record.built + LIFETIME)
      return [failed(ID, 'STEP_REFUSED', `it says ${time}, long after this host was built`, REMEDY)];
    return [passed(ID, time)];
  },
});

const REMEDY = "Set the computer's clock: steps of the portal expire by it.";
