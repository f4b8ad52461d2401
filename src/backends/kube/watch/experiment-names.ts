import { SymphonyError } from '../../../engine/contract/errors.ts';
import { advise } from '../../../engine/text/advice.ts';
import type { KubeLocation } from '../manifests/object-names.ts';

/** The name and namespace of an experiment, unique within the cluster. */
export type ExperimentLocation = Pick<KubeLocation, 'experiment' | 'namespace'>;

/** The unique key of an experiment: `team-a/rl`. */
export function locationKey({ namespace, experiment }: ExperimentLocation): string {
  return `${namespace}/${experiment}`;
}

/** Splits a name such as `rl` or `team-a/rl`. */
export function splitName(name: string): { readonly experiment: string; readonly namespace?: string } {
  const slash = name.indexOf('/');
  if (slash < 0) return { experiment: name };
  return { namespace: name.slice(0, slash), experiment: name.slice(slash + 1) };
}

/**
 * The reported name of each experiment, by its key: the bare name if it is unique or in the preferred namespace, else
 * `namespace/name`.
 */
export function displayNames(
  locations: readonly ExperimentLocation[],
  preferred: string | undefined,
): Map<string, string> {
  const sharing = Map.groupBy(locations, ({ experiment }) => experiment);
  return new Map(
    locations.map((location) => {
      const isPlain = sharing.get(location.experiment)?.length === 1 || location.namespace === preferred;
      return [locationKey(location), isPlain ? location.experiment : locationKey(location)];
    }),
  );
}

/**
 * Finds the experiment that a name refers to: `namespace/name` exactly; a bare name in the preferred namespace, else
 * the only experiment of that name.
 * @returns undefined if there is none
 * @throws SymphonyError `ambiguous` listing the experiments of that name
 */
export function findNamed<Item extends ExperimentLocation>(
  name: string,
  locations: readonly Item[],
  preferred: string | undefined,
): Item | undefined {
  const { experiment, namespace } = splitName(name);
  const sharing = locations.filter((location) => location.experiment === experiment);
  if (namespace !== undefined) return sharing.find((location) => location.namespace === namespace);
  const near = sharing.find((location) => location.namespace === preferred);
  if (near !== undefined || sharing.length < 2) return near ?? sharing[0];
  const namespaces = sharing.map((location) => location.namespace).sort();
  throw new SymphonyError('ambiguous', `There are several experiments ${name}: in namespaces ${listed(namespaces)}.`, {
    hint: advise(
      (say) =>
        `Name one of ${sharing.map(locationKey).sort().join(', ')}; or say where to look first: ${say.option('namespace', namespaces[0] ?? '')}, or SYMPHONY_NAMESPACE.`,
    ),
  });
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
