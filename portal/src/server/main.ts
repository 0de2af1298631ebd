import { readConfiguration } from './configuration.js';
import { startPortal } from './portal.js';

/** `node dist/server/main.js`: the portal as a process, configured by its environment (see configuration.ts). */
try {
  const portal = await startPortal(readConfiguration(process.env));
  console.log(`Cardwright portal listening on http://localhost:${portal.port}`);
  const end = (): void => {
    process.off('SIGTERM', end);
    process.off('SIGINT', end);
    portal.close().catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
} catch (error) {
  console.error(`The portal can not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
