import type {
  ProcessGroupInput,
  ProcessGroupOptions,
  ProcessInput,
  StartConditionsInput,
} from '../../spec/schema/spec-input.ts';
import { checkName, inputsOf, Members, notDeclared } from './members.ts';
import { Process, requireApart } from './process.ts';
import { Services } from './services.ts';

/** Processes of an experiment that are placed together: made by `newProcessGroup`, or apart and then added. */
export class ProcessGroup {
  readonly name: string;
  readonly #options: ProcessGroupOptions;
  readonly #members = new Members<Process>();
  #after: StartConditionsInput | undefined;
  /** Those of its experiment, or its own while it belongs to none. */
  #services = new Services();
  #isMember = false;

  /** @throws SymphonyError `invalid-spec` if the name is wrong */
  constructor(name: string, options: ProcessGroupOptions = {}) {
    this.name = checkName('a process group', name);
    this.#options = options;
    this.#after = options?.after;
  }

  /** The processes of the group, in the order of declaration. */
  get processes(): readonly Process[] {
    return this.#members.all;
  }

  /** A process of the group. @throws SymphonyError `not-found` */
  getProcess(name: string): Process {
    const member = this.#members.get(name);
    if (member !== undefined) return member;
    throw notDeclared('process', name, `group ${this.name}`, this.#members.names);
  }

  /** Declares what others must have reached before a process of the group is started. */
  after(conditions: StartConditionsInput): this {
    this.#after = { ...this.#after, ...conditions };
    return this;
  }

  /** Declares a process of the group. @throws SymphonyError `invalid-spec` if the name is wrong or taken in the group */
  newProcess(name: string, fields: ProcessInput): Process {
    return this.addProcess(new Process(name, fields));
  }

  /**
   * Adds a process that was made apart.
   * @throws SymphonyError `invalid-spec` if its name or a service is taken, `conflict` if it belongs elsewhere
   */
  addProcess(member: Process): Process {
    requireApart(member);
    this.#members.requireFree(member.name);
    member.join(this.#services);
    this.#members.add(member);
    return member;
  }

  /** @internal Whether it was added to an experiment. */
  get isMember(): boolean {
    return this.#isMember;
  }

  /** @internal Adds it to an experiment. @throws SymphonyError `invalid-spec`; then nothing has changed */
  join(services: Services): void {
    services.takeOver(this.#services);
    for (const member of this.processes) member.join(services);
    this.#services = services;
    this.#isMember = true;
  }

  /** @internal */
  toInput(): ProcessGroupInput {
    const after = this.#after !== undefined && { after: this.#after };
    return { ...this.#options, ...after, processes: inputsOf(this.processes) };
  }
}
