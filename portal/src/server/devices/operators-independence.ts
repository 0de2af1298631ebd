import type { LoginSession } from '../accounts/sessions.js';
import { readIndependence } from '../accounts/power-acts.js';
import type { PortalDatabase } from '../store/database.js';
import type { Judging } from './device-description.js';

/**
 * Adds to a session the people of whom its user is not independent, on whose devices another operator has to decide. Where one may act alone, there are
 * none.
 */
export async function withDependence(
  { database, mayActAlone }: { readonly database: PortalDatabase; readonly mayActAlone: boolean },
  { user, reaches }: LoginSession,
): Promise<Required<Judging>> {
  const dependsOn = mayActAlone ? [] : (await readIndependence(database.db)).dependentsOf(user.id);
  return { user, reaches, dependsOn };
}
