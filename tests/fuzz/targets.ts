import type { FuzzTarget } from './target.js';
import { cardAnswers } from './targets/card-answers.js';
import { cbor } from './targets/cbor.js';
import { certificates } from './targets/certificates.js';
import { commandParams } from './targets/commands.js';
import { csv } from './targets/csv.js';
import { framing } from './targets/framing.js';
import { http } from './targets/http.js';
import { jsonRpc } from './targets/json-rpc.js';
import { ldapNames } from './targets/ldap-names.js';
import { phoneAnswers } from './targets/phone-answers.js';
import { scep } from './targets/scep.js';
import { tlv } from './targets/tlv.js';
import { toml } from './targets/toml.js';

/** Every target, the slowest first, because two processes share them. */
export const TARGETS: readonly FuzzTarget[] = [
  commandParams,
  cardAnswers,
  http,
  scep,
  jsonRpc,
  certificates,
  phoneAnswers,
  toml,
  framing,
  tlv,
  cbor,
  csv,
  ldapNames,
];
