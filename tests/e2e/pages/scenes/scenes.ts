import { allowScenes } from './allow.js';
import { awaitingApprovalScenes } from './awaiting-approval.js';
import { checkScenes } from './check.js';
import { chooseScenes } from './choose.js';
import { codeScenes } from './code.js';
import { connectScenes } from './connect.js';
import { eraseScenes } from './erase.js';
import { errorScenes } from './error.js';
import { noReaderScenes } from './no-reader.js';
import { passkeyScenes } from './passkey.js';
import { pendingScenes } from './pending.js';
import { pinScenes } from './pin.js';
import { progressScenes } from './progress.js';
import { proveScenes } from './prove.js';
import { readyScenes } from './ready.js';
import { refusedScenes } from './refused.js';
import type { PaneName, Scenes } from './scene.js';
import { searchScenes } from './search.js';
import { stopScenes } from './stop.js';

/** The scenes of every visible pane. A pane without a scene does not compile. */
export const SCENES: Readonly<Record<PaneName, Scenes>> = {
  check: checkScenes,
  allow: allowScenes,
  refused: refusedScenes,
  'no-reader': noReaderScenes,
  search: searchScenes,
  connect: connectScenes,
  choose: chooseScenes,
  progress: progressScenes,
  erase: eraseScenes,
  passkey: passkeyScenes,
  pin: pinScenes,
  prove: proveScenes,
  code: codeScenes,
  pending: pendingScenes,
  'awaiting-approval': awaitingApprovalScenes,
  ready: readyScenes,
  error: errorScenes,
  stop: stopScenes,
};
