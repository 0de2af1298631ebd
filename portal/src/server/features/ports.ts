import { Offers, Port } from './port.js';
import type { PortalAuthority } from '../ca/portal-authority.js';
import type { Configuration } from '../settings/configuration.js';
import type { PortalDatabase } from '../store/database.js';

/** What the portal itself offers to every feature. */
export const CONFIGURATION = new Port<Configuration>('configuration');
export const DATABASE = new Port<PortalDatabase>('database');
export const AUTHORITY = new Port<PortalAuthority>('authority');

/** Offers what the portal itself has. */
export function offersOf(configuration: Configuration, database: PortalDatabase, authority: PortalAuthority): Offers {
  const offers = new Offers();
  CONFIGURATION.offer(offers, configuration);
  DATABASE.offer(offers, database);
  AUTHORITY.offer(offers, authority);
  return offers;
}
