import { findWorkingDirectory } from '../../files/working-directory.ts';
import { finalName } from '../../settings/username.ts';
import type { ExperimentSpec } from '../../spec/experiment-spec.ts';
import { prefixName } from '../../spec/names.ts';
import type {
  EndsWithInput,
  ExperimentInput,
  ExperimentOptions,
  ProcessGroupOptions,
  ProcessInput,
} from '../../spec/schema/spec-input.ts';
import { checkName, inputsOf, Members, notDeclared } from './members.ts';
import { Process, requireApart } from './process.ts';
import { ProcessGroup } from './process-group.ts';
import { Services } from './services.ts';

/** The declaration of an experiment, made by `Cluster.newExperiment`. Nothing runs until it is launched. */
export class Experiment {
  /** Its name on the cluster: with the username prefixed, once. */
  readonly name: string;
  readonly #hasFinalName: boolean;
  readonly #options: ExperimentOptions;
  readonly #members = new Members<Process | ProcessGroup>();
  readonly #services = new Services();
  #endsWith: EndsWithInput | undefined;
  readonly #baseDir = findWorkingDirectory();

  /**
   * @param username prefixed to the name; empty for none; by default that of the settings, which `toSpec` reads
   * @throws SymphonyError `invalid-spec` if the name is wrong
   */
  constructor(name: string, options: ExperimentOptions = {}, username?: string) {
    this.name = checkName('an experiment', prefixName(username ?? '', checkName('an experiment', name)));
    this.#hasFinalName = username !== undefined;
    this.#options = options;
    this.#endsWith = options?.endsWith;
  }

  /** The processes outside any group, in the order of declaration. */
  get processes(): readonly Process[] {
    return this.#members.all.filter((member) => member instanceof Process);
  }

  /** The process groups, in the order of declaration. */
  get groups(): readonly ProcessGroup[] {
    return this.#members.all.filter((member) => member instanceof ProcessGroup);
  }

  /** A declared process. @param target `process`, or `group/process` @throws SymphonyError `not-found` */
  getProcess(target: string): Process {
    const [first, rest] = target.split('/', 2);
    if (first !== undefined && rest !== undefined) return this.getProcessGroup(first).getProcess(rest);
    const member = this.#members.get(target);
    if (member instanceof Process) return member;
    const inGroups = this.groups.flatMap((group) => group.processes.map(({ name }) => `${group.name}/${name}`));
    const names = [...this.processes.map(({ name }) => name), ...inGroups];
    throw notDeclared('process', target, `experiment ${this.name}`, names);
  }

  /** A declared group. @throws SymphonyError `not-found` */
  getProcessGroup(name: string): ProcessGroup {
    const member = this.#members.get(name);
    if (member instanceof ProcessGroup) return member;
    throw notDeclared(
      'group',
      name,
      `experiment ${this.name}`,
      this.groups.map((group) => group.name),
    );
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
    return this.addProcess(new Process(name, fields));
  }

  /** Declares a group of processes that are placed together. @throws SymphonyError as `newProcess` */
  newProcessGroup(name: string, options: ProcessGroupOptions = {}): ProcessGroup {
    return this.addProcessGroup(new ProcessGroup(name, options));
  }

  /**
   * Adds a process that was made apart, outside any group.
   * @throws SymphonyError `invalid-spec` if its name or a service is taken, `conflict` if it belongs elsewhere
   */
  addProcess(member: Process): Process {
    return this.#add(member);
  }

  /** Adds a group that was made apart, with its processes. @throws SymphonyError as `addProcess` */
  addProcessGroup(group: ProcessGroup): ProcessGroup {
    return this.#add(group);
  }

  /**
   * The validated spec.
   * @throws SymphonyError `invalid-spec` listing every problem
   */
  async toSpec(): Promise<ExperimentSpec> {
    const input: ExperimentInput = {
      ...this.#options,
      ...(this.#endsWith !== undefined && { endsWith: this.#endsWith }),
      name: await this.finalName(),
      processes: inputsOf(this.processes),
      groups: inputsOf(this.groups),
    };
    const { parseSpec } = await import('../../spec/parse-spec.ts');
    return parseSpec(input, { baseDir: this.#baseDir });
  }

  /** @internal The name on the cluster, also of one that was made without a username. */
  async finalName(): Promise<string> {
    return this.#hasFinalName ? this.name : finalName(this.name);
  }

  #add<Member extends Process | ProcessGroup>(member: Member): Member {
    requireApart(member);
    this.#members.requireFree(member.name);
    member.join(this.#services);
    this.#members.add(member);
    return member;
  }
}
