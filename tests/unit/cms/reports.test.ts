import { INCIDENT_NAMES, INCIDENTS, PHONE, reportActions, STATES, type Incident } from '@cardwright/cms/devices';
import type { Device } from '@cardwright/cms/store';
import { describe, expect, it } from '@jest/globals';
import { newDevice } from '../../integration/store/rows.js';

const NOTHING = { report: [], takeBack: false, replace: false };

const reported = (incident: Incident, changes: Partial<Device> = {}): Device =>
  newDevice('ada', {
    state: 'suspended',
    stateBeforeSuspension: 'active',
    stateReason: `reported ${incident} by its owner`,
    incident,
    ...changes,
  });

/** Follows the table from an incident to all that can be reported afterwards. */
function reachable(from: Incident, seen: readonly Incident[] = []): readonly Incident[] {
  return INCIDENTS[from].next.reduce(
    (found, next) => (found.includes(next) ? found : reachable(next, [...found, next])),
    seen,
  );
}

describe('what an owner can report', () => {
  it('depends on the state: only a device in hand, or a suspended one', () => {
    const open = STATES.filter((state) => reportActions(newDevice('ada', { state })).report.length > 0);
    expect(open).toEqual(['pending', 'awaiting-approval', 'active', 'suspended']);
    for (const state of ['available', 'producing', 'failed', 'terminated'] as const)
      expect(reportActions(newDevice('ada', { state }))).toEqual(NOTHING);
  });

  it.each(['stolen', 'damaged'] as const)('leads from %s to nothing that can be taken back', (incident) => {
    expect(INCIDENTS[incident].canTakeBack).toBe(false);
    expect(reachable(incident).filter((next) => INCIDENTS[next].canTakeBack)).toEqual([]);
  });

  it('leads from every other incident to stolen', () => {
    for (const incident of INCIDENT_NAMES) expect([incident, ...reachable(incident)]).toContain('stolen');
  });
});

describe('what an owner can do about a report', () => {
  it.each([
    ['left-at-home', true, false],
    ['lost', true, true],
    ['damaged', false, true],
    ['stolen', false, true],
  ] as const)('of %s is to take it back: %s, and to replace the device: %s', (incident, takeBack, replace) => {
    expect(reportActions(reported(incident))).toMatchObject({ takeBack, replace });
  });

  it.each(INCIDENT_NAMES)('is nothing where an operator suspended what is %s', (incident) => {
    const device = reported(incident, { stateReason: 'suspended by an operator' });
    expect(reportActions(device)).toMatchObject({ takeBack: false, replace: false });
  });

  it.each(INCIDENT_NAMES)('is never to replace a mobile device that is %s', (incident) => {
    expect(reportActions(reported(incident, { model: PHONE })).replace).toBe(false);
  });
});
