import type { FuzzTarget } from './target.js';
import { cbor } from './targets/cbor.js';
import { commandParams } from './targets/commands.js';
import { framing } from './targets/framing.js';
import { jsonRpc } from './targets/json-rpc.js';
import { tlv } from './targets/tlv.js';

/** Every target, the slowest first, because two processes share them. */
export const TARGETS: readonly FuzzTarget[] = [commandParams, jsonRpc, framing, tlv, cbor];
