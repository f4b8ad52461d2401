import { symphonyEnvironment } from './environment.ts';
import { type ExpandedService, servicesOf } from './expand-services.ts';
import { type ExpandedProcess, replicaCount } from './expand-spec.ts';

/** What the name of a variable does not depend on. */
const unassigned = { host: '', listenHost: '', port: 0 };

type Subject = Parameters<typeof symphonyEnvironment>[0]['process'];

/** The names of the variables that Symphony sets for the processes of an experiment, before anything is assigned. */
export class SymphonyNames {
  readonly #everywhere: ReadonlySet<string>;
  readonly #near = new Map<string, ExpandedService[]>();

  /** @param processes all of the experiment */
  constructor(processes: readonly ExpandedProcess[]) {
    const all: ExpandedService[] = [];
    for (const expanded of processes) {
      const services = servicesOf(expanded);
      all.push(...services);
      const near = this.#near.get(nearKey(expanded));
      if (near === undefined) this.#near.set(nearKey(expanded), [...services]);
      else near.push(...services);
    }
    const anyone = { group: null, name: '', replica: null, replicas: 1, secrets: [], env: {} };
    this.#everywhere = new Set(namesOf(all, anyone, false));
  }

  has(expanded: ExpandedProcess, name: string, hasSecrets: boolean): boolean {
    return this.#everywhere.has(name) || this.#ownNames(expanded, hasSecrets).includes(name);
  }

  list(expanded: ExpandedProcess, hasSecrets: boolean): readonly string[] {
    return [...new Set([...this.#everywhere, ...this.#ownNames(expanded, hasSecrets)])];
  }

  #ownNames(expanded: ExpandedProcess, hasSecrets: boolean): readonly string[] {
    const { declared, group, name, replica } = expanded;
    const subject = { group, name, replica, replicas: replicaCount(declared), secrets: [], env: {} };
    return namesOf(this.#near.get(nearKey(expanded)) ?? [], subject, hasSecrets);
  }
}

/** Only services of the process itself and of its group have further names for it. */
function nearKey({ group, name }: ExpandedProcess): string {
  return group === null ? `process ${name}` : `group ${group}`;
}

function namesOf(services: readonly ExpandedService[], subject: Subject, hasSecrets: boolean): readonly string[] {
  const variables = symphonyEnvironment({
    experiment: '',
    launchId: '',
    process: subject,
    services: services.map((service) => ({ ...service, ...unassigned })),
    ...(hasSecrets ? { secretsDir: '' } : {}),
  });
  return Object.keys(variables).filter((name) => name.startsWith('SYMPH_'));
}
