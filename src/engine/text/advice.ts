/** Who reads hints: a user of commands, or the author of a program that uses the library. */
export type Reader = 'commands' | 'library';

/** A hint, in the words of each reader. Errors that cross a socket carry both. */
export interface Advice {
  readonly commands: string;
  readonly library: string;
}

/** The parts of a hint that differ between the readers. */
export interface Wording {
  /** An option that is set: `--force`, or `force: true`. */
  option(name: string): string;
  /** An option with a value: `--timeout 60`, or `timeout: '60'`. */
  option(name: string, value: string): string;
  /** An act on an experiment: `symphony delete rl`, or `cluster.delete('rl')`. */
  act(verb: string, experiment: string): string;
  /** An act on a process: `symphony stop agent`, or `cluster.stop(experiment, 'agent')`. */
  actOn(verb: string, target: string): string;
  /** Words that have nothing in common. */
  either(commands: string, library: string): string;
}

/** Who reads the hints of this program, and the name of the program whose commands they name. */
export interface Readership {
  readonly reader: Reader;
  readonly program: string;
}

let readership: Readership = { reader: 'library', program: 'symphony' };

/** Sets who reads the hints of this program: authors, unless the program is one of commands. Returns who read them before. */
export function adviseReader(next: Readership): Readership {
  const previous = readership;
  readership = next;
  return previous;
}

/** A command as the user of this program types it: `symphony logs`, or `myproject logs` in a program of that name. */
export function commandLine(words: string): string {
  return `${readership.program} ${words}`;
}

/** Writes a hint once for both readers. */
export function advise(write: (say: Wording) => string): Advice {
  return { commands: write(wordings.commands), library: write(wordings.library) };
}

/**
 * The hint for the reader of this program. Hints name the commands of `symphony`, also those that a supervisor sends; another
 * program of commands has them under its own name.
 */
export function adviceFor(advice: Advice | string): string {
  const { reader, program } = readership;
  const hint = typeof advice === 'string' ? advice : advice[reader];
  return program === 'symphony' ? hint : hint.replace(/(?<![\w./@-])symphony(?= [a-z-])/g, () => program);
}

const quote = (text: string) => `'${text.replaceAll("'", "\\'")}'`;

const wordings: Readonly<Record<Reader, Wording>> = {
  commands: {
    option: (name: string, value?: string) => {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return value === undefined ? flag : `${flag} ${value}`;
    },
    act: (verb, experiment) => `symphony ${verb} ${experiment}`,
    actOn: (verb, target) => `symphony ${verb} ${target}`,
    either: (commands) => commands,
  },
  library: {
    option: (name: string, value?: string) => `${name}: ${value === undefined ? 'true' : quote(value)}`,
    act: (verb, experiment) => `cluster.${verb}(${quote(experiment)})`,
    actOn: (verb, target) => `cluster.${verb}(experiment, ${quote(target)})`,
    either: (_commands, library) => library,
  },
};
