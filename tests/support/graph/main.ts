/**
 * The stand-in as a process, for demos and for tests whose portal runs elsewhere:
 *
 *     node tests/dist/support/graph/main.js '{ "users": [{ "upn": "alice@example.com" }], "roots": [], "port": 0 }'
 *
 * It writes one line of JSON: its `address`, `tenant`, `clientId` and `secret`. Then it takes one request a line, in JSON, and answers each
 * with a line: `{ "fail": GraphFault }`, `{ "recover": true }`, `{ "restrict": Partial<PasskeyProfile> }`,
 * `{ "challengeLifetime": milliseconds }`, `{ "methods": upn }`, `{ "seen": true }`. It ends with its input.
 */
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { GraphStandIn, STAND_IN_SECRET } from './graph-stand-in.js';

const options = v.strictObject({
  users: v.array(v.strictObject({ upn: v.string(), groups: v.exactOptional(v.array(v.string())) })),
  roots: v.exactOptional(v.array(v.string())),
  port: v.exactOptional(v.number()),
});
const calls = v.picklist(['discovery', 'token', 'options', 'create', 'list', 'delete', 'policy', 'groups']);
const keyRestrictions = v.strictObject({
  isEnforced: v.boolean(),
  enforcementType: v.picklist(['allow', 'block']),
  aaGuids: v.array(v.string()),
});
const request = v.union([
  v.strictObject({
    fail: v.strictObject({
      call: calls,
      how: v.union([
        v.strictObject({ status: v.number(), retryAfter: v.exactOptional(v.string()) }),
        v.strictObject({ delay: v.number() }),
        v.picklist(['hang', 'lost answer', 'no json']),
      ]),
      times: v.exactOptional(v.number()),
    }),
  }),
  v.strictObject({ recover: v.literal(true) }),
  v.strictObject({
    restrict: v.strictObject({
      passkeyTypes: v.exactOptional(v.string()),
      attestationEnforcement: v.exactOptional(v.picklist(['disabled', 'registrationOnly'])),
      keyRestrictions: v.exactOptional(keyRestrictions),
    }),
  }),
  v.strictObject({ challengeLifetime: v.number() }),
  v.strictObject({ methods: v.string() }),
  v.strictObject({ seen: v.literal(true) }),
]);

const standIn = await GraphStandIn.start(v.parse(options, JSON.parse(process.argv[2] ?? '{}')));
say({ address: standIn.address, tenant: standIn.tenantId, clientId: standIn.clientId, secret: STAND_IN_SECRET });
for await (const line of createInterface({ input: process.stdin })) say(obey(v.parse(request, JSON.parse(line))));
await standIn.close();

function obey(order: v.InferOutput<typeof request>): unknown {
  if ('methods' in order) return standIn.tenant.methodsOf(order.methods);
  if ('seen' in order) return standIn.seen;
  if ('fail' in order) standIn.fail(order.fail);
  else if ('restrict' in order) standIn.tenant.restrict(order.restrict);
  else if ('challengeLifetime' in order) standIn.tenant.challengeLifetime = order.challengeLifetime;
  else standIn.recover();
  return {};
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
