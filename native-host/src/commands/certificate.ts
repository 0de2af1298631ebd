import { decodeBytes, encodeBytes } from '@cardwright/protocol';
import { OBJECT } from '../applets/piv/objects.js';
import type { DeviceHolder } from '../devices/device-holder.js';
import type { Handlers } from '../server/handlers.js';

const TAGS = {
  chuid: OBJECT.CHUID,
  ccc: OBJECT.CCC,
  securityObject: OBJECT.SECURITY_OBJECT,
  keyHistory: OBJECT.KEY_HISTORY,
} as const;

/** Reads, writes and deletes certificates. Reads and writes the data objects CHUID, CCC, Security Object and Key History (SP 800-73-4, part 1, 3.1). */
export function certificateHandlers(holder: DeviceHolder) {
  return {
    'certificate.write': async ({ slot, certificate }, { signal }) => {
      await holder.use(signal, ({ piv }) => piv.objects.writeCertificate(slot, decodeBytes(certificate)));
      return {};
    },

    'certificate.read': async ({ slot }, { signal }) => {
      const certificate = await holder.use(signal, ({ piv }) => piv.objects.readCertificate(slot));
      return { certificate: certificate && encodeBytes(certificate) };
    },

    'certificate.delete': async ({ slot }, { signal }) => {
      await holder.use(signal, ({ piv }) => piv.objects.deleteCertificate(slot));
      return {};
    },

    'object.write': async ({ object, content }, { signal }) => {
      await holder.use(signal, ({ piv }) => piv.objects.put(TAGS[object], decodeBytes(content)));
      return {};
    },

    'object.read': async ({ object }, { signal }) => {
      const content = await holder.use(signal, ({ piv }) => piv.objects.get(TAGS[object]));
      return { content: content && encodeBytes(content) };
    },
  } satisfies Handlers;
}
