import { diagnosticCheck } from '@cardwright/protocol/command-definitions';
import { wireError } from '@cardwright/protocol/messages';
import { commandFailure, traceFile } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { grantClasses } from './grant-class.js';
import { siteRule } from './site-rule.js';

/** Answer of the background to a page of the extension, for an `ownRequest`. The pages check the answers, so only they carry these shapes. */
export const ownAnswer = v.strictObject({ answer: v.unknown() });
export type OwnAnswer = v.InferOutput<typeof ownAnswer>;

/** A site with the decision about it, by the user or by policy. */
export const decidedSite = v.strictObject({
  origin: v.string(),
  granted: grantClasses,
  denied: grantClasses,
  /** The rule that decided. */
  rule: siteRule,
  /** Set if the administrator decided. The user then cannot change the decision. */
  byPolicy: v.boolean(),
  /** Origins other than its own for which the administrator lets it set up passkeys. */
  relyingParties: v.array(v.string()),
});
export const decidedSites = v.array(decidedSite);
export type DecidedSite = v.InferOutput<typeof decidedSite>;

/** The site that uses Cardwright in a tab, or that policy refused there; null if there is none. */
export const siteOfTab = v.nullable(decidedSite);

/** The site that was refused in a tab, recently or permanently; null if there is none. */
export const refusedSite = v.nullable(v.string());

/** The state of host and reader. */
export const hostReport = v.strictObject({
  /** Null if there is no problem. */
  problem: v.nullable(wireError),
  /** Null if the host did not answer. */
  version: v.nullable(v.string()),
  readers: v.array(v.string()),
});
export type HostReport = v.InferOutput<typeof hostReport>;

/** The findings of a host that made every check that it can. */
export const hostDiagnosis = v.strictObject({
  /** Null if the host made its checks. */
  problem: v.nullable(wireError),
  /** Null if the host did not answer. */
  version: v.nullable(v.string()),
  checks: v.array(diagnosticCheck),
});
export type HostDiagnosis = v.InferOutput<typeof hostDiagnosis>;

/** The last failed commands, oldest first. */
export const pastFailures = v.array(commandFailure);

/** The past events in a support file. */
export const pastEvents = v.strictObject({
  failures: pastFailures,
  /** The recorded trace, without secrets; null if nothing was recorded. */
  trace: v.nullable(traceFile),
});
export type PastEvents = v.InferOutput<typeof pastEvents>;
