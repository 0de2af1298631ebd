import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestPortal, type TestPortal } from '../support/test-portal.js';

/** A provider as an administrator writes it, with its secret instead of the file. */
export interface ProviderEntry {
  readonly name: string;
  readonly title: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly secret: string;
  readonly [other: string]: unknown;
}

/**
 * Starts a portal at which people sign in at these providers, in this order.
 *
 * @param others further members of the setting
 */
export async function startProviderPortal(
  providers: readonly ProviderEntry[],
  environment: NodeJS.ProcessEnv = {},
  others: object = {},
): Promise<TestPortal> {
  const folder = await mkdtemp(join(tmpdir(), 'cardwright-providers-'));
  const oidc = await Promise.all(
    providers.map(async ({ secret, ...entry }) => {
      const secretFile = join(folder, entry.name);
      await writeFile(secretFile, `${secret}\n`, { mode: 0o600 });
      return { ...entry, credential: { secretFile } };
    }),
  );
  const portal = await startTestPortal({ ...environment, CARDWRIGHT_SIGN_IN: JSON.stringify({ oidc, ...others }) });
  return { ...portal, remove: () => portal.remove().then(() => rm(folder, { recursive: true })) };
}
