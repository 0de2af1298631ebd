import { readFileSync } from 'node:fs';
import { inRepository } from '../../parts/repository.js';

const SINGLE = 'cardwright-portal.service';

/**
 * Lines of the unit of several processes, by the lines of the unit of a single one that they replace. The name of an instance is one digit, which ends the ports of the
 * process: `cardwright-portal@1` listens on 8081, and tells programs that watch it on 9461 how it is.
 */
const IN_PLACE: Readonly<Record<string, string>> = {
  'Description=Cardwright portal: issues smart cards and security keys':
    'Description=Cardwright portal, process %i of several: issues smart cards and security keys',
  'ExecStart=/usr/bin/cardwright-portal serve': 'ExecStart=/usr/bin/cardwright-portal serve --shared',
  'Environment=CARDWRIGHT_SETTINGS=%d':
    'Environment=CARDWRIGHT_SETTINGS=%d\n# They come before the ports in the files of settings.\nEnvironment=PORT=808%i CARDWRIGHT_MONITOR_PORT=946%i',
};

/** The systemd units of the portal by the names of their files: a single process, one of several, and the backup each night with its timer. */
export function portalUnits(): ReadonlyMap<string, string> {
  const read = (name: string): string => readFileSync(inRepository('installers', 'portal', name), 'utf8');
  const others = ['cardwright-portal-backup.service', 'cardwright-portal-backup.timer'];
  return new Map([
    [SINGLE, read(SINGLE)],
    ['cardwright-portal@.service', unitOfSeveral(read(SINGLE))],
    ...others.map((name) => [name, read(name)] as const),
  ]);
}

/** Makes the unit of one of several processes, from that of a single one. */
function unitOfSeveral(single: string): string {
  const replaced = new Set<string>();
  const lines = single.split('\n').map((line) => {
    const other = IN_PLACE[line];
    if (other !== undefined) replaced.add(line);
    return other ?? line;
  });
  const missing = Object.keys(IN_PLACE).filter((line) => !replaced.has(line));
  if (missing.length > 0) throw new Error(`${SINGLE} lacks the lines:\n${missing.join('\n')}`);
  return lines.join('\n');
}
