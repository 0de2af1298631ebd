import { CardwrightError } from '@cardwright/protocol';
import { MAX_BUNDLE_LENGTH, supportBundle, type SupportBundle } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { record } from '../../server/audit.js';
import { defineFeature } from '../../server/features/feature.js';
import { DATABASE } from '../../server/features/ports.js';
import { ID, of, sends, uuid, type RouteTable } from '../../server/routes/table/route.js';
import {
  MOST_SUPPORT_FILES,
  addSupportFile,
  listSupportFiles,
  readSupportFile,
  removeSupportFile,
  type SupportFile,
} from './files.js';
import { summarize, type SupportSummary } from './summary.js';

const FILE = v.object({ parameters: v.strictObject({ id: uuid, file: uuid }) });
/** Schema of a support file, which the operator's page has read and sends as JSON. */
const BUNDLE: v.GenericSchema<object, SupportBundle> = v.pipe(
  of<object>(),
  supportBundle,
  v.description('`SupportBundle`'),
);
const SUMMARY: v.GenericSchema<SupportSummary> = v.pipe(of<SupportSummary>(), v.description('`SupportSummary`'));

const ROUTES = {
  'GET /api/operator/devices/{id}/support-files': {
    who: 'see-support-files',
    takes: v.object({ parameters: ID }),
    answer: v.object({ files: of<readonly SupportFile[]>() }),
    errors: ['DEVICE_STATE'],
    sentence: 'Lists the support files of a device, newest first.',
  },
  'POST /api/operator/devices/{id}/support-files': {
    who: 'keep-support-files',
    bound: 'change',
    takes: v.object({ parameters: ID, body: BUNDLE }),
    answer: v.object({ file: of<SupportFile>() }),
    errors: ['DEVICE_STATE', 'MESSAGE_TOO_LARGE'],
    // `MAX_BUNDLE_LENGTH` counts UTF-16 code units, and this limit counts bytes. A bundle is almost all ASCII, so the two numbers are almost
    // equal.
    bodyLimit: MAX_BUNDLE_LENGTH,
    isFile: true,
    sentence: 'Adds a support file to a device.',
  },
  'GET /api/operator/devices/{id}/support-files/{file}': {
    who: 'see-support-files',
    takes: FILE,
    answer: SUMMARY,
    errors: ['DEVICE_STATE'],
    sentence: 'Summarises a support file.',
  },
  'GET /api/operator/devices/{id}/support-files/{file}/download': {
    who: 'see-support-files',
    takes: FILE,
    answer: sends('application/octet-stream'),
    errors: ['DEVICE_STATE'],
    sentence: 'Sends a support file, as an attachment.',
  },
  'DELETE /api/operator/devices/{id}/support-files/{file}': {
    who: 'keep-support-files',
    bound: 'change',
    takes: FILE,
    answer: v.object({}),
    errors: ['DEVICE_STATE'],
    sentence: 'Removes a support file.',
  },
} as const satisfies RouteTable;

/** Keeps support files with the device that they are about, for operators who help its owner. */
export const supportFiles = defineFeature({
  name: 'support-files',
  needs: { database: DATABASE },
  routes: ROUTES,
  metrics: {},
  checks: [],
  open: ({ database: { db } }) => {
    const readFile = async ({ id, file: fileId }: { readonly id: string; readonly file: string }) => {
      const content = await readSupportFile(db, id, fileId);
      const file = (await listSupportFiles(db, id)).find((one) => one.id === fileId);
      if (!content || !file) throw unknownFile();
      return { file, content };
    };

    return {
      handlers: {
        'GET /api/operator/devices/{id}/support-files': async ({ parameters: { id } }) => ({
          files: await listSupportFiles(db, id),
        }),

        'POST /api/operator/devices/{id}/support-files': async ({ parameters: { id }, body: bundle }, { session }) => {
          const { username } = session.user;
          const file = await db.transaction(async (transaction) => {
            const added = await addSupportFile(transaction, id, username, bundle);
            if (added === 'unknown') throw new CardwrightError('DEVICE_STATE', { state: 'unknown' });
            if (added === 'full') {
              const problem = `expected at most ${MOST_SUPPORT_FILES} files of a device: remove one first`;
              throw new CardwrightError('INVALID_PARAMS', { path: 'file', problem });
            }
            const { id: fileId, failed, checks } = added;
            const detail = { file: fileId, failed, checks };
            await record(transaction, { actor: username, event: 'support-file.added', deviceId: id, detail });
            return added;
          });
          return { file };
        },

        'GET /api/operator/devices/{id}/support-files/{file}': async ({ parameters }) => {
          const { file, content } = await readFile(parameters);
          return summarize(file, content);
        },

        'GET /api/operator/devices/{id}/support-files/{file}/download': async ({ parameters }, { reply }) => {
          const { file, content } = await readFile(parameters);
          const name = `cardwright-support-${file.addedAt.toISOString().slice(0, 10)}-${file.id.slice(0, 8)}.json`;
          // With `nosniff`, no browser shows the file as a page of this origin, whatever its content.
          return reply
            .header('content-disposition', `attachment; filename="${name}"`)
            .type('application/octet-stream')
            .send(content);
        },

        'DELETE /api/operator/devices/{id}/support-files/{file}': async ({ parameters: { id, file } }, { session }) => {
          const { username } = session.user;
          await db.transaction(async (transaction) => {
            if (!(await removeSupportFile(transaction, id, file))) throw unknownFile();
            const removed = { actor: username, event: 'support-file.removed', deviceId: id, detail: { file } } as const;
            await record(transaction, removed);
          });
          return {};
        },
      },
    };
  },
});

const unknownFile = (): CardwrightError =>
  new CardwrightError('INVALID_PARAMS', { path: 'file', problem: 'expected a file of this device' });
