import type { TraceEntry } from '@cardwright/protocol/trace';
import type { CommandGroup } from '../model/command-group.js';
import { routeOf, type Lane } from '../model/entry-facts.js';
import { element } from '../../element.js';
import { t } from '../../text.js';

/**
 * The lanes that a message passes. The bridge has a lane although a trace does not name it, because every message of a page passes
 * through it.
 */
export const LANES = ['page', 'bridge', 'extension', 'host', 'card'] as const;

/**
 * Indices of the parts in `LANES`. The inspector stands at the page's position, because it sends its commands to the extension, as a
 * page does.
 */
const PLACES: Readonly<Record<Lane, number>> = { page: 0, inspector: 0, extension: 2, host: 3, card: 4 };

/** Returns the centre of a lane, in percent of the column. */
const centre = (lane: number): number => (lane + 0.5) * (100 / LANES.length);

/** A mark in a row: for an entry, an arrow from lane to lane; for a command, a bar over the lanes that it reached. */
export class LaneMark {
  readonly #mark = element('span', { class: 'mark' });
  readonly element = element('span', { class: 'lanes', role: 'gridcell' }, this.#mark);

  showArrow(entry: TraceEntry): void {
    const { from, to } = routeOf(entry);
    this.#place(PLACES[from], PLACES[to]);
    this.#mark.dataset.shape = PLACES[from] < PLACES[to] ? 'right' : 'left';
    if (entry.kind === 'apdu') this.#mark.dataset.shape = 'both';
    this.#mark.dataset.by = from === 'inspector' || to === 'inspector' ? 'inspector' : '';
    this.element.ariaLabel = `${t(`inspector_lane_${from}`)} → ${t(`inspector_lane_${to}`)}`;
  }

  showReach(group: CommandGroup): void {
    const places = reachOf(group);
    this.#place(Math.min(...places), Math.max(...places));
    this.#mark.dataset.shape = 'bar';
    this.#mark.dataset.by = group.from;
    this.element.ariaLabel = lanesBetween(Math.min(...places), Math.max(...places))
      .map((lane) => t(`inspector_lane_${lane}`))
      .join(', ');
  }

  #place(from: number, to: number): void {
    const [left, right] = [centre(Math.min(from, to)), centre(Math.max(from, to))];
    this.#mark.style.left = `${left}%`;
    this.#mark.style.width = `${right - left}%`;
  }
}

/**
 * Returns the indices of lanes that a command reached. Only its first eight and last four entries are examined, because there may be
 * thousands of APDUs in between, which all go between host and card.
 */
function reachOf({ entries, apdus }: CommandGroup): number[] {
  const some = [...entries.slice(0, 8), ...entries.slice(-4)];
  const places = some.flatMap((entry) => Object.values(routeOf(entry)).map((lane) => PLACES[lane]));
  return apdus > 0 ? [...places, PLACES.card] : places;
}

const lanesBetween = (from: number, to: number): string[] => LANES.slice(from, to + 1);
