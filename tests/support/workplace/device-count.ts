import type { PortalUser } from '@cardwright/stage';

/**
 * Counts the devices of My Devices after a reload: a wizard that has closed may still be ending its operation, and only then does the page
 * load its list again.
 */
export async function countDevices(user: PortalUser): Promise<number> {
  await user.reload();
  return (await user.devices()).length;
}
