import { diagnosticCheck } from '@cardwright/protocol/command-definitions';
import { wireError } from '@cardwright/protocol/messages';
import { commandFailure, traceFile } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { grantClasses } from './grant-class.js';
import { siteRule } from './site-rule.js';

/**
 * The background's answer to an `ownRequest` of one of the extension's pages. Only the pages validate answers, so only their scripts
 * contain these schemas.
 */
export const ownAnswer = v.strictObject({ answer: v.unknown() });
export type OwnAnswer = v.InferOutput<typeof ownAnswer>;

/** A site with the decision that the user or policy has made about it. */
export const decidedSite = v.strictObject({
  origin: v.string(),
  granted: grantClasses,
  denied: grantClasses,
  /** The rule that decided. */
  rule: siteRule,
  /** Set if the administrator decided. The user then cannot change the decision. */
  byPolicy: v.boolean(),
  /** Origins of other relying parties for which the administrator lets the site set up passkeys. */
  relyingParties: v.array(v.string()),
});
export const decidedSites = v.array(decidedSite);
export type DecidedSite = v.InferOutput<typeof decidedSite>;

/** The site that uses Cardwright in a tab, or that policy blocked there; null if there is none. */
export const siteOfTab = v.nullable(decidedSite);

/** The site that the user refused in a tab, recently or permanently; null if there is none. */
export const refusedSite = v.nullable(v.string());

/** Report on the host and the readers. */
export const hostReport = v.strictObject({
  /** The first problem that was found; null if there is none. */
  problem: v.nullable(wireError),
  /** Product version of the host; null if the host did not answer. */
  version: v.nullable(v.string()),
  readers: v.array(v.string()),
});
export type HostReport = v.InferOutput<typeof hostReport>;

/** Findings of a host that made every check that it can. */
export const hostDiagnosis = v.strictObject({
  /** The reason why the host made no checks; null if it made them. */
  problem: v.nullable(wireError),
  /** Product version of the host; null if the host did not answer. */
  version: v.nullable(v.string()),
  checks: v.array(diagnosticCheck),
});
export type HostDiagnosis = v.InferOutput<typeof hostDiagnosis>;

/** The last failed commands, oldest first. */
export const pastFailures = v.array(commandFailure);

/** Past events that a support file contains. */
export const pastEvents = v.strictObject({
  failures: pastFailures,
  /** The recorded trace, without secrets; null if nothing was recorded. */
  trace: v.nullable(traceFile),
});
export type PastEvents = v.InferOutput<typeof pastEvents>;
