/** The states of a device, what its owner and operators may do with it, and what a page shows of it. */
export { canShowInitialPin, type DisplayWindow, type ShownDevice } from '../actions/initial-pin.js';
export {
  ACTION_NAMES,
  allowedActions,
  OPERATOR_ACTIONS,
  workOf,
  type Action,
  type ActionName,
} from '../actions/operator-actions.js';
export {
  OWNER_ACTION_NAMES,
  OWNER_ACTIONS,
  ownerActions,
  ownerMay,
  type DeviceSituation,
  type OwnerAction,
  type OwnerActionName,
} from '../actions/owner-actions.js';
export { stoppedByLeaving, ownerLeft, type LeaverMeasure } from '../actions/owner-left.js';
export { reportActions, type ReportActions } from '../actions/owner-reports.js';
export { isIdentifiedBySerial } from '../attestation/identity.js';
export { whyDeclined } from '../devices/declined.js';
export {
  COUNTING_STATES,
  DEVICE_STATES,
  isInUse,
  mayFollow,
  PHONE,
  SECURITY_KEY,
  STATES,
  type DeviceState,
} from '../rules/device-state.js';
export { INCIDENT_NAMES, INCIDENTS, NO_INCIDENT, type Incident } from '../rules/incident.js';
export { visibleName } from '../rules/visible-name.js';
export { inWorkOrder, WORK_KINDS, WORK_KIND_NAMES, type WorkKind } from '../rules/work-kinds.js';
export { placesFor } from '../devices/replacement.js';
export { isSerialAttested } from '../devices/device-trust.js';
export { deviceVersion, type VersionedDevice } from '../devices/device-version.js';
export { KEY_PURPOSES } from '../devices/key-purposes.js';
export {
  differencesOf,
  mendableDifferences,
  type ComparedDevice,
  type Obstacle,
  type PolicyDifference,
} from '../devices/policy-differences.js';
export { operatorsWords } from '../devices/operators-words.js';
export { encodeCcc, encodeChuid } from '../devices/piv-objects.js';
export { kindsOfWork, stillWaits } from '../devices/waiting-work.js';
export { canIssueCode, NO_UNLOCK_CODE, type UnlockCode } from '../devices/unlock-code.js';
export { BEING_ERASED, GIVEN_BACK } from '../erase/erase-state.js';
