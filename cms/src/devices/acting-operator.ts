import type { Device, Person } from '../store/rows.js';

/** Someone who acts on devices. */
export interface ActingOperator extends Person {
  /** Ids of the people of whom the operator is not independent: what another operator has to do on their devices, this one does not. */
  readonly dependsOn?: readonly string[];
}

/** True if a device is the operator's own, or that of someone of whom the operator is not independent. */
export const isOwnersSide = ({ ownerId }: Pick<Device, 'ownerId'>, { id, dependsOn = [] }: ActingOperator): boolean =>
  [id, ...dependsOn].includes(ownerId);
