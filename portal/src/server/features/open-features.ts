import type { Feature, OpenFeature } from './feature.js';
import type { Offers } from './port.js';

/**
 * Opens features in the order of their list. A feature gets what the portal and the features before it offer, so that no two features can need each
 * other.
 *
 * @throws Error that names the feature, if two have one name, or if what it needs is not offered before it, or if it does not offer what it says
 */
export function openFeatures(features: readonly Feature[], offers: Offers): readonly OpenFeature[] {
  const names = new Set<string>();
  return features.map(({ name, needs, offers: offered, open }) => {
    if (names.has(name)) throw new Error(`two features have the name ${name}`);
    names.add(name);
    for (const port of Object.values(needs))
      if (!offers.ports.has(port))
        throw new Error(`the feature ${name} needs ${port.name}, which nothing before it offers`);
    const opened = open(offers);
    for (const port of offered)
      if (!offers.ports.has(port)) throw new Error(`the feature ${name} does not offer ${port.name}`);
    return opened;
  });
}
