import * as v from 'valibot';
import { described } from './schema.js';

/** An error on the wire: the error object of JSON-RPC 2.0 (section 5.1). `data.name` is the code of the catalogue, and `code` its number. */
export const wireError = v.object({
  code: v.number(),
  message: v.pipe(v.string(), v.maxLength(2000)),
  data: v.object({
    name: v.pipe(v.string(), v.maxLength(60)),
    details: v.exactOptional(v.record(v.string(), v.unknown())),
    helpDesk: v.exactOptional(
      described(
        v.record(v.string(), v.unknown()),
        "Whom the user asks, and where they get what is missing: by the administrator's policy. The extension adds it for a site that may use the devices. Whoever shows it leaves out what is not valid: its addresses become links.",
      ),
    ),
  }),
});
export type WireError = v.InferOutput<typeof wireError>;
