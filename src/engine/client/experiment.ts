import { SymphonyError } from '../contract/errors.ts';
import { findWorkingDirectory } from '../files/working-directory.ts';
import { finalName } from '../settings/username.ts';
import type { ExperimentSpec } from '../spec/experiment-spec.ts';
import { isName, nameRule } from '../spec/names.ts';
import { describeValue } from '../spec/problem.ts';
import type {
  EndsWithInput,
  ExperimentInput,
  ExperimentOptions,
  ProcessGroupInput,
  ProcessGroupOptions,
  ProcessInput,
  ServicesInput,
  StartConditionsInput,
} from '../spec/schema/spec-input.ts';
import { isValidated } from '../spec/validated-specs.ts';

export type { ExperimentOptions, ProcessGroupOptions, ProcessInput } from '../spec/schema/spec-input.ts';

/** The declaration of an experiment. Nothing runs until it is launched. */
export class Experiment {
  readonly name: string;
  readonly #options: ExperimentOptions;
  readonly #members = new Map<string, Process | ProcessGroup>();
  /** Each service's name with the process that binds or exposes it. */
  readonly #services = new Map<string, Process>();
  #endsWith: EndsWithInput | undefined;
  readonly #baseDir = findWorkingDirectory();

  constructor(name: string, options: ExperimentOptions = {}) {
    this.name = checkName('an experiment', name);
    this.#options = options;
    this.#endsWith = options?.endsWith;
  }

  /**
   * Declares that the experiment is over when these processes and groups have ended: the others are then stopped.
   * Replaces what was said before.
   */
  endsWith(...ends: EndsWithInput[]): this {
    const [first, ...others] = ends;
    this.#endsWith = others.length === 0 ? first : (ends.flat() as string[]);
    return this;
  }

  /** Declares a process outside any group. @throws SymphonyError `invalid-spec` if the name is wrong or taken */
  newProcess(name: string, fields: ProcessInput): Process {
    return addMember(this.#members, new Process(name, fields, this.#services));
  }

  /** Declares a group of processes that are placed together. @throws SymphonyError as `newProcess` */
  newProcessGroup(name: string, options: ProcessGroupOptions = {}): ProcessGroup {
    return addMember(this.#members, new ProcessGroup(name, options, this.#services));
  }

  /**
   * The validated spec, with the username prefixed to the experiment's name.
   * @throws SymphonyError `invalid-spec` listing every problem
   */
  async toSpec(): Promise<ExperimentSpec> {
    const members = [...this.#members.values()];
    const input: ExperimentInput = {
      ...this.#options,
      ...(this.#endsWith !== undefined && { endsWith: this.#endsWith }),
      name: await finalName(this.name),
      processes: inputsOf(members.filter((member) => member instanceof Process)),
      groups: inputsOf(members.filter((member) => member instanceof ProcessGroup)),
    };
    const { parseSpec } = await import('../spec/parse-spec.ts');
    return parseSpec(input, { baseDir: this.#baseDir });
  }
}

/** Processes of an experiment that are placed together. Made by `newProcessGroup`. */
export class ProcessGroup {
  readonly name: string;
  readonly #options: ProcessGroupOptions;
  readonly #members = new Map<string, Process>();
  #after: StartConditionsInput | undefined;
  readonly #services: Map<string, Process>;

  /** @internal */
  constructor(name: string, options: ProcessGroupOptions, services: Map<string, Process>) {
    this.name = checkName('a process group', name);
    this.#options = options;
    this.#after = options?.after;
    this.#services = services;
  }

  /** Declares what others must have reached before a process of the group is started. */
  after(conditions: StartConditionsInput): this {
    this.#after = { ...this.#after, ...conditions };
    return this;
  }

  /** Declares a process of the group. @throws SymphonyError `invalid-spec` if the name is wrong or taken in the group */
  newProcess(name: string, fields: ProcessInput): Process {
    return addMember(this.#members, new Process(name, fields, this.#services));
  }

  /** @internal */
  toInput(): ProcessGroupInput {
    const after = this.#after !== undefined && { after: this.#after };
    return { ...this.#options, ...after, processes: inputsOf([...this.#members.values()]) };
  }
}

/** One process of an experiment. Made by `newProcess`. */
export class Process {
  readonly name: string;
  readonly #fields: ProcessInput;
  readonly #bind: ServicesInput[] = [];
  readonly #connect: string[] = [];
  readonly #expose: ServicesInput[] = [];
  #after: StartConditionsInput | undefined;
  readonly #services: Map<string, Process>;

  /** @internal */
  constructor(name: string, fields: ProcessInput, services: Map<string, Process>) {
    this.name = checkName('a process', name);
    this.#fields = fields;
    this.#after = fields?.after;
    this.#services = services;
    if (fields?.bind !== undefined) this.bind(fields.bind);
    if (fields?.expose !== undefined) this.expose(fields.expose);
  }

  /**
   * Declares services that it listens on and others connect to: names, lists of names, or names with wanted ports.
   * @throws SymphonyError `invalid-spec` if one of them belongs to another process
   */
  bind(...services: ServicesInput[]): this {
    for (const input of services) this.#claim(input);
    this.#bind.push(...services);
    return this;
  }

  /** Declares services of other processes that it connects to; they may be declared later. */
  connect(...services: (string | readonly string[])[]): this {
    this.#connect.push(...services.flat());
    return this;
  }

  /**
   * Declares services that it listens on and people visit, in the same forms as `bind`.
   * @throws SymphonyError `invalid-spec` if one of them belongs to another process
   */
  expose(...services: ServicesInput[]): this {
    for (const input of services) this.#claim(input);
    this.#expose.push(...services);
    return this;
  }

  /** Declares what other processes and groups must have reached before it is started; they may be declared later. */
  after(conditions: StartConditionsInput): this {
    this.#after = { ...this.#after, ...conditions };
    return this;
  }

  /** @internal */
  toInput(): ProcessInput {
    const connect = [...[this.#fields?.connect ?? []].flat(), ...this.#connect];
    return {
      ...this.#fields,
      ...(this.#bind.length > 0 && { bind: mergeServices(this.#bind) }),
      ...(connect.length > 0 && { connect }),
      ...(this.#expose.length > 0 && { expose: mergeServices(this.#expose) }),
      ...(this.#after !== undefined && { after: this.#after }),
    };
  }

  #claim(input: ServicesInput): void {
    for (const name of Object.keys(mergeServices([input]))) {
      const other = this.#services.get(name);
      if (other !== undefined && other !== this) {
        throw new SymphonyError(
          'invalid-spec',
          `Process ${this.name}: ${name} is a service of ${other.name} already.`,
          {
            hint: 'Give each service a name of its own.',
          },
        );
      }
      this.#services.set(name, this);
    }
  }
}

/** Starts the declaration of an experiment. @throws SymphonyError `invalid-spec` if the name is wrong */
export function newExperiment(name: string, options: ExperimentOptions = {}): Experiment {
  return new Experiment(name, options);
}

/** The validated spec of an experiment; a plain spec is validated as well. @throws SymphonyError `invalid-spec` */
export async function toSpec(experiment: ExperimentSpec | Experiment): Promise<ExperimentSpec> {
  if (experiment instanceof Experiment) return experiment.toSpec();
  if (isValidated(experiment)) return experiment;
  // Loaded on demand: the schema is slow to load, and most commands launch nothing.
  const { parseSpec } = await import('../spec/parse-spec.ts');
  return parseSpec(experiment);
}

function checkName(kind: 'an experiment' | 'a process' | 'a process group', name: string): string {
  if (typeof name === 'string' && isName(name)) return name;
  throw new SymphonyError('invalid-spec', `${describeValue(name)} cannot be the name of ${kind}.`, {
    hint: `It must be ${nameRule}.`,
  });
}

function addMember<Member extends Process | ProcessGroup>(
  members: Map<string, Process | ProcessGroup>,
  member: Member,
): Member {
  if (members.has(member.name)) {
    throw new SymphonyError('invalid-spec', `There is a process or group ${member.name} already.`, {
      hint: 'Use another name.',
    });
  }
  members.set(member.name, member);
  return member;
}

function inputsOf<Input>(members: readonly { name: string; toInput(): Input }[]): Record<string, Input> {
  return Object.fromEntries(members.map((member) => [member.name, member.toInput()]));
}

/** Merges all forms into names with ports. An invalid form is kept, so that the parser refuses it. */
function mergeServices(inputs: readonly ServicesInput[]): Record<string, number | null | 'auto'> {
  return Object.fromEntries(
    inputs.flatMap((input): (readonly [string, number | null | 'auto'])[] => {
      if (typeof input === 'object' && input !== null && !Array.isArray(input)) return Object.entries(input);
      return [input].flat().map((name) => [String(name), null] as const);
    }),
  );
}
