import type { Failure } from '../failure.js';
import { cardFailures } from './card.js';
import { computerFailures } from './computer.js';
import { portalFailures } from './portal.js';

/** Every failure that has a name of its own. The order `error CODE` stages any error of the catalogue. */
export const FAILURES: readonly Failure[] = [...computerFailures, ...cardFailures, ...portalFailures];
