import type { PortalKeys } from '../keys/key-ring.js';
import type { Counters } from '../monitor/counters.js';
import type { Configuration } from '../settings/configuration.js';
import type { OpenParts } from './open-parts.js';

/** Values that every part of a portal needs when it is opened. */
export interface Opening {
  readonly configuration: Configuration;
  readonly keys: PortalKeys;
  /** Returns the portal's own origin. If no origin is configured, returns an empty text until the portal listens. */
  readonly origin: () => string;
  /** The counters of this process. */
  readonly counters: Counters;
  /** Collects the parts that have to be closed. */
  readonly parts: OpenParts;
}
