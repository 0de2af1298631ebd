import type { Incident } from '../rules/incident.js';
import type { Device } from '../store/rows.js';

/** State reason of a device that its owner's report has suspended. */
export const incidentReason = (incident: Incident): string => `reported ${incident} by its owner`;

/** True if a device is suspended because of its owner's report, and not because of an operator's action. */
export const isSuspendedByReport = ({ state, stateReason, incident }: Device): boolean =>
  state === 'suspended' && incident !== null && stateReason === incidentReason(incident);
