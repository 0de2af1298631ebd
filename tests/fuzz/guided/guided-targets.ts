import type { BytesTarget } from '../target.js';
import { cbor } from '../targets/cbor.js';
import { certificates } from '../targets/certificates.js';
import { scep } from '../targets/scep.js';
import { tlv } from '../targets/tlv.js';

/** The targets whose doors read bytes. */
export const GUIDED_TARGETS: readonly BytesTarget[] = [tlv, cbor, certificates, scep];
