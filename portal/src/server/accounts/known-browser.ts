import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { cookieName, cookieOptions } from '../cookies.js';

/** Days for which a browser stays known after a person's last login. */
const KNOWN_FOR = 180;
/** Maximum number of persons for one browser, enough for a family or for the computer at a counter. */
const MOST_PERSONS = 5;
const DAY = 24 * 60 * 60 * 1000;

/** A person who has logged in with this browser. */
const acquaintance = v.strictObject({
  /** Name of the person's account. */
  name: v.string(),
  /** Id of this browser for this person. No other browser or person has the same id. */
  browser: v.pipe(v.string(), v.uuid()),
  /** Day of the last login (UTC), as the number of days since 1970-01-01. */
  day: v.pipe(v.number(), v.integer()),
});
type Acquaintance = v.InferOutput<typeof acquaintance>;

const acquaintances = v.pipe(v.string(), v.parseJson(), v.array(acquaintance));

const today = (): number => Math.floor(Date.now() / DAY);

/**
 * Returns this browser's id for a person who has logged in with this browser in the last `KNOWN_FOR` days. Returns null if the person has not.
 * The browser keeps the id in a cookie that the portal has signed. The cookie proves nothing else, and outlives a logout.
 *
 * @param name name of the person's account
 */
export const knownBrowser = (request: FastifyRequest, origin: string, name: string): string | null =>
  readAll(request, origin).find((one) => one.name === name)?.browser ?? null;

/** Returns this browser's id for the person who last logged in with this browser. Returns null if the browser is known for nobody. */
export const anyKnownBrowser = (request: FastifyRequest, origin: string): string | null =>
  readAll(request, origin)[0]?.browser ?? null;

/**
 * Stores in a cookie that this person has logged in with this browser now. If there are more than `MOST_PERSONS`, drops the person whose last
 * login is the oldest.
 */
export function rememberBrowser(request: FastifyRequest, reply: FastifyReply, origin: string, name: string): void {
  const before = readAll(request, origin);
  const browser = before.find((one) => one.name === name)?.browser ?? randomUUID();
  const others = before.filter((one) => one.name !== name).slice(0, MOST_PERSONS - 1);
  const all: Acquaintance[] = [{ name, browser, day: today() }, ...others];
  const options = { ...cookieOptions(origin, KNOWN_FOR * DAY), signed: true };
  reply.setCookie(cookieName(origin, 'known'), JSON.stringify(all), options);
}

/**
 * Reads the persons for whom the browser is known, the latest login first. Returns an empty list if the browser sends no cookie that this portal
 * signed. Expired entries are left out.
 */
function readAll(request: FastifyRequest, origin: string): readonly Acquaintance[] {
  const cookie = request.cookies[cookieName(origin, 'known')];
  if (cookie === undefined) return [];
  const { valid, value } = request.unsignCookie(cookie);
  const read = valid ? v.safeParse(acquaintances, value) : undefined;
  return read?.success === true ? read.output.filter(({ day }) => day > today() - KNOWN_FOR) : [];
}
