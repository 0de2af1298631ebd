/** The tables that the page of results lists. */
export { FAULTS } from './faults.js';
export { faultsOf, OPERATION_NAMES, SUBJECTS, SWEPT_OPERATIONS } from './swept-operations.js';
export { SWEPT_PROFILES, UNSWEPT_PROFILES } from './swept-profiles.js';
