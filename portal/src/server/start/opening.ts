import type { PortalKeys } from '../keys/key-ring.js';
import type { Configuration } from '../settings/configuration.js';
import type { OpenParts } from './open-parts.js';

/** The means by which each part of a portal is opened. */
export interface Opening {
  readonly configuration: Configuration;
  readonly keys: PortalKeys;
  /** Returns the portal's own origin. If the system chooses the port, it is known only once the portal listens; empty until then. */
  readonly origin: () => string;
  /** Collects the parts that have to be closed. */
  readonly parts: OpenParts;
}
